import { feeOracles } from '../../adapters/viem/decode/rollup-fee.ts'
import type { ChainConfig } from '../../config/schema/config.ts'
import type { ChainState } from '../../domain/chains/nodes/chain-state.ts'
import { ChainAnswerBad } from '../../domain/errors.ts'
import { type Finding, fault, well } from './finding.ts'

/** MONEY 9: what the yaml says of L1 fees is held against the fee oracles that the chain has. */
export async function checkRollup(
  chain: ChainConfig,
  state: ChainState,
  path: string,
): Promise<Finding[]> {
  const where = `${path}.rollup`
  const oracle = feeOracles[chain.rollup]
  if (oracle === undefined) return await checkThereIsNone(state, where, chain.rollup)
  if ((await state.code(oracle)) === '0x') {
    const fix = 'write rollup: none, or the kind of rollup that the chain is'
    return [fault('rollup', where, `is ${chain.rollup}, and there is no oracle at ${oracle}`, fix)]
  }
  const draft = { to: chain.coldWallet, valueWei: 0n, data: '0x', gasLimit: 21_000n } as const
  try {
    const feeWei = await state.rollupFee({ ...draft, maxFeeWei: chain.gas.maxFeeWei })
    return [well(where, `a plain transfer pays ${feeWei} wei beside its gas now`)]
  } catch (error) {
    // Waiting does not mend a contract that is another's; a node that is away is told by the
    // caller.
    if (!(error instanceof ChainAnswerBad)) throw error
    const fix = 'write the kind of rollup that the chain is, or rollup: none where it is none'
    return [fault('rollup', where, error.message, fix)]
  }
}

/** Without its L1 fee in the plan, every sweep of such a chain would be short of gas. */
async function checkThereIsNone(
  state: ChainState,
  where: string,
  configured: ChainConfig['rollup'],
): Promise<Finding[]> {
  const found: Finding[] = []
  for (const [kind, oracle] of Object.entries(feeOracles)) {
    if ((await state.code(oracle)) === '0x') continue
    const what = `is ${configured}, and the chain has the fee oracle of ${kind} at ${oracle}`
    found.push(fault('rollup', where, what, `write rollup: ${kind}`))
  }
  return found
}
