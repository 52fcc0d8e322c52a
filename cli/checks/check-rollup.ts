import { feeOracles } from '../../adapters/viem/fees/rollup-fee.ts'
import type { ChainConfig } from '../../config/schema/config.ts'
import type { ChainState } from '../../domain/chains/nodes/chain-state.ts'
import { ChainAnswerBad } from '../../domain/errors.ts'
import { type CheckResult, failed, passed } from './check-result.ts'

/** MONEY 9: checks `rollup` of the yaml against the fee oracles on the chain. */
export async function checkRollup(
  chain: ChainConfig,
  state: ChainState,
  path: string,
): Promise<CheckResult[]> {
  const where = `${path}.rollup`
  const oracle = feeOracles[chain.rollup]
  if (oracle === undefined) return await checkThereIsNone(state, where, chain.rollup)
  if ((await state.code(oracle)) === '0x') {
    const fix = 'set rollup: none, or the kind of rollup of this chain'
    return [failed('rollup', where, `is ${chain.rollup}, but there is no oracle at ${oracle}`, fix)]
  }
  const draft = { to: chain.coldWallet, valueWei: 0n, data: '0x', gasLimit: 21_000n } as const
  try {
    const feeWei = await state.rollupFee({ ...draft, maxFeeWei: chain.gas.maxFeeWei })
    return [passed(where, `a plain transfer pays ${feeWei} wei on top of its gas now`)]
  } catch (error) {
    // Another contract at the oracle's address is an error. The caller reports an unreachable node.
    if (!(error instanceof ChainAnswerBad)) throw error
    const fix = 'set the kind of rollup of this chain, or rollup: none if it is no rollup'
    return [failed('rollup', where, error.message, fix)]
  }
}

/**
 * Checks that a chain whose `rollup` needs no fee oracle has none. If the chain had an oracle,
 * plans would miss the L1 fee, and every sweep would be short of gas.
 */
async function checkThereIsNone(
  state: ChainState,
  where: string,
  configured: ChainConfig['rollup'],
): Promise<CheckResult[]> {
  const found: CheckResult[] = []
  for (const [kind, oracle] of Object.entries(feeOracles)) {
    if ((await state.code(oracle)) === '0x') continue
    const what = `is ${configured}, but the chain has the fee oracle of ${kind} at ${oracle}`
    found.push(failed('rollup', where, what, `set rollup: ${kind}`))
  }
  return found
}
