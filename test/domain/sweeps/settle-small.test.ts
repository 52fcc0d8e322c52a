import { describe, expect, it } from 'vitest'
import type { Deposit } from '../../../domain/deposits/deposit.ts'
import { settleSmall } from '../../../domain/sweeps/settle-small.ts'
import { aBlock } from '../../harness/factories/a-block.ts'
import { aChain, token } from '../../harness/factories/a-chain.ts'
import { aDeposit } from '../../harness/factories/a-deposit.ts'

const min = 1_000_000n

/** Runs `settleSmall` and returns its answer with the calls that it made. */
async function settled(
  more: Partial<Deposit>,
  { balance = 5n, driven = false, height = 10n, turns = 1 } = {},
) {
  const calls: string[] = []
  const answer = await settleSmall(
    aDeposit({ asset: token, amount: 5n, blockNumber: 9n, ...more }),
    {
      chain: aChain(),
      state: {
        head: async () => aBlock({ number: height }),
        nativeBalance: async () => balance,
        tokenBalance: async () => balance,
      },
      small: {
        leaveToOthers: async () => {
          calls.push('leave')
          return { named: driven, more: false }
        },
        ignore: async (_, read) => {
          calls.push(`ignore ${read.balance} at ${read.height}: ${read.detail}`)
          turns -= 1
          return { named: true, more: turns > 0 }
        },
      },
    },
  )
  return { answer, calls }
}

describe('settleSmall', () => {
  it('ends dust with the balance that was read', async () => {
    expect(await settled({})).toEqual({
      answer: true,
      calls: ['leave', 'ignore 5 at 10: the wallet holds 0.000005 USDT: below the minimum 1 USDT'],
    })
  })

  it('takes as many turns as there are small deposits', async () => {
    expect((await settled({}, { turns: 3 })).calls).toHaveLength(4)
  })

  it('leaves a small deposit to the sweep that is under way', async () => {
    expect(await settled({}, { driven: true })).toEqual({ answer: true, calls: ['leave'] })
    expect(await settled({ reason: 'joint-sweep' })).toEqual({ answer: true, calls: [] })
  })

  it.each([
    ['of the minimum or more', { amount: min }, {}, []],
    ['of an asset that is not listed', { asset: `0x${'99'.repeat(20)}` }, {}, []],
    ['that is no longer queued', { reason: 'token-refused', state: 'needs-attention' }, {}, []],
    ['that waits for another reason', { reason: 'gas-price' }, {}, []],
    ['whose block the node does not have', {}, { height: 8n }, ['leave']],
    ['whose wallet holds the minimum', {}, { balance: min }, ['leave']],
    ['of which a part is gone', {}, { balance: 4n }, ['leave']],
    ['of an empty wallet', {}, { balance: 0n }, ['leave']],
  ] as const)('a deposit %s needs a run', async (_, more, world, calls) => {
    expect(await settled(more as Partial<Deposit>, world)).toEqual({ answer: false, calls })
  })
})
