import type { Address, Hex } from '../../domain/address.ts'
import type { ChainState } from '../../domain/chains/nodes/chain-state.ts'
import { NotYet } from '../../domain/money-errors.ts'
import type { ActivityDeps } from '../step/activity-deps.ts'
import type { PlanContext } from './plan-context.ts'

/** Blocks that must pass between two reverted estimates. */
const blocksBetween = 2n
/**
 * Maximum number of entries in `reverted`. An overflow clears all entries, and each affected
 * deposit then needs one more estimate.
 */
const most = 10_000

/** Height of the first reverted estimate, by deposit, in this process. */
const reverted = new WeakMap<ActivityDeps, Map<string, bigint>>()

/**
 * Estimates the gas of a transfer whose simulation at the same block succeeded. A reverted estimate
 * counts only if a second estimate, at least 2 blocks later, reverts too. The reason: a node may
 * estimate on an older state than it simulates on, without the newest deposit (besu #7414, skaled
 * #1746), and a load balancer may route to another node.
 * @throws NotYet until the second estimate
 */
export async function estimateTransfer(
  { deps, chain, deposit, head }: PlanContext,
  call: { readonly from: Address; readonly to: Address; readonly data: Hex },
): ReturnType<ChainState['estimateGas']> {
  const seen = reverted.get(deps) ?? new Map<string, bigint>()
  reverted.set(deps, seen)
  // The estimate names the same block, so that a node behind that block reports the missing block
  // instead of a reverted transfer.
  const estimate = await chain.state.estimateGas({ ...call, valueWei: 0n }, head.number)
  const before = seen.get(deposit.id)
  if (estimate.kind === 'gas' || (before !== undefined && head.number >= before + blocksBetween)) {
    seen.delete(deposit.id)
    return estimate
  }
  if (before === undefined) {
    if (seen.size >= most) seen.clear()
    seen.set(deposit.id, head.number)
  }
  throw new NotYet(`transfer simulates, but its gas estimate reverts: ${estimate.reason}`)
}
