import type { Address, Hex } from '../../domain/address.ts'
import type { ChainState } from '../../domain/chains/nodes/chain-state.ts'
import { NotYet } from '../../domain/money-errors.ts'
import type { ActivityDeps } from '../step/deps.ts'
import type { PlanContext } from './plan-context.ts'

/** Heads that must pass between two estimates of which both count. */
const blocksBetween = 2n
/**
 * Deposits that are remembered; more at once forgets them all, which costs each another estimate.
 */
const most = 10_000

/** Heads at which estimates reverted, by deposit, in this process. */
const reverted = new WeakMap<ActivityDeps, Map<string, bigint>>()

/**
 * The gas of a transfer that a simulation of the same block has accepted. A node may estimate at
 * another state than it simulates at, without the newest deposit (besu #7414, skaled #1746), and
 * behind a balancer two nodes may answer: an estimate that reverts counts only where another one,
 * some blocks later, does too.
 * @throws NotYet until then
 */
export async function estimateTransfer(
  { deps, chain, deposit, head }: PlanContext,
  call: { readonly from: Address; readonly to: Address; readonly data: Hex },
): ReturnType<ChainState['estimateGas']> {
  const seen = reverted.get(deps) ?? new Map<string, bigint>()
  reverted.set(deps, seen)
  // At the same block: a node behind it, which lacks the newest deposit, says so instead of
  // refusing the token's transfer.
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
  throw new NotYet(
    `a simulation of the transfer goes through and its gas estimate reverts: ${estimate.reason}`,
  )
}
