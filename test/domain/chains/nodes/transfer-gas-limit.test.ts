import { expect, it } from 'vitest'
import type { Rollup } from '../../../../domain/chains/fees.ts'
import { transferGasLimit } from '../../../../domain/chains/nodes/transfer-gas-limit.ts'
import { withMargin } from '../../../../domain/chains/transfer-gas.ts'
import { aMoneyChain } from '../../../harness/benches/a-money-chain.ts'

/**
 * Returns the gas limit of a transfer to an address with this code, at a node that estimates
 * 350,000 gas.
 */
async function limitOn(rollup: Rollup, code: `0x${string}`) {
  const { chain, fake, keeper, addWallet } = aMoneyChain({ rollup })
  const { address: to } = addWallet()
  fake.codeOf.set(to, code)
  fake.estimated = { kind: 'gas', gas: 350_000n }
  const transfer = { from: keeper.address, to, valueWei: 1n }
  return await transferGasLimit({ chain, state: fake }, transfer)
}

it.each(['none', 'op-stack', 'scroll'] as const)(
  'limits a transfer on rollup %s to 21,000 gas, or to the estimate if the receiver has code (MONEY 9)',
  async (rollup) => {
    expect(await limitOn(rollup, '0x')).toEqual({ kind: 'gas', gas: 21_000n })
    expect(await limitOn(rollup, '0x60')).toEqual({ kind: 'gas', gas: withMargin(350_000n) })
  },
)

it('always uses the estimate on arbitrum, because arbitrum’s gas includes the L1 fee', async () => {
  expect(await limitOn('arbitrum', '0x')).toEqual({ kind: 'gas', gas: withMargin(350_000n) })
})
