import type { Attention, Parked } from '../../workflows/contract.ts'
import { callForAttention, inUnits, park } from '../step/outcomes.ts'
import type { PlanContext } from './plan-context.ts'

/** Heads that must pass between the first answer and the alarm. */
const blocksBetween = 2

/**
 * MONEY 12: money of the deposit is missing, and no sweep of ours explains it. A node that is not
 * fully synced answers 0 instead of an error, so that the wallet is asked for again at a later
 * block before a theft is called.
 */
export async function judgeMissing(
  context: PlanContext,
  balance: bigint,
): Promise<Attention | Parked> {
  const { deps, chain, asset, deposit, sweep, head } = context
  const at = { depositId: deposit.id, sweepId: sweep.id }
  const isInterest = await deps.sweeps.isOwnInterest(deposit.id)
  const where = isInterest ? ', which the token credited inside our own sweep' : ''
  const approved =
    deposit.doubtCleared === 'unbacked'
      ? '; an operator approved this deposit although no balance showed it'
      : ''
  const detail = `the wallet holds ${inUnits(balance, asset)} of ${inUnits(deposit.amount, asset)}${where}, and no sweep of ours took the rest (block ${head.number})${approved}`
  const isAskedAgain = deposit.reason === 'balance-unclear' || deposit.reason === 'funds-gone'
  const passedMs = Date.now() - deposit.since.getTime()
  if (isAskedAgain && passedMs >= blocksBetween * chain.chain.blockTimeMs)
    return await callForAttention(deps, at, 'funds-gone', detail)
  return await park(deps, at, 'balance-unclear', `${detail}: asked again before an alarm`)
}
