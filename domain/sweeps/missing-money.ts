import { inUnits } from '../chains/asset.ts'
import {
  attention,
  dust,
  need,
  type PlanFacts,
  type PlanStep,
  type PlanSubject,
  wait,
} from './plan-step.ts'

/**
 * A wallet that holds nothing of the asset. The deposit is `done` if a sweep of ours moved it, and
 * dust if it is interest of a sweep below the minimum. Otherwise its money is missing (MONEY 12).
 */
export function judgeEmpty(subject: PlanSubject, facts: PlanFacts): PlanStep {
  const { asset, deposit } = subject
  if (facts.covered === undefined) return need('covered')
  if (facts.covered) return { kind: 'end', state: 'done', reason: '', detail: '' }
  if (facts.ownInterest === undefined) return need('ownInterest')
  // The deposit is interest that the token credited inside a sweep, and it is below the minimum. A
  // part left with the sweep, and the rest is too small to sweep. This is no theft.
  if (deposit.amount < asset.min && facts.ownInterest)
    return dust('interest of a sweep, below the minimum')
  return judgeMissing(subject, facts, 0n)
}

/**
 * A wallet that holds too little to sweep: `done` if an earlier sweep covered the deposit, missing
 * if its money is gone; undefined otherwise.
 */
export function judgeLeftover(
  subject: PlanSubject,
  facts: PlanFacts,
  balance: bigint,
): PlanStep | undefined {
  const { asset, deposit } = subject
  if (facts.covered === undefined) return need('covered')
  if (facts.covered) return { kind: 'end', state: 'done', reason: '', detail: '' }
  // After a theft, a remainder may be left in the wallet, or 1 unit may arrive later. The theft
  // must still be reported (MONEY 12).
  if (deposit.amount < asset.min) return undefined
  if (facts.gone === undefined) return need('gone')
  return facts.gone ? judgeMissing(subject, facts, balance) : undefined
}

/** Number of block times between the first read of a missing balance and the alarm. */
const blocksBetween = 2

/**
 * MONEY 12: a missing balance that no sweep of ours explains. A node that is not fully synced
 * answers 0 instead of an error, so the alarm is raised only if a read at least two block times
 * later shows the same.
 */
function judgeMissing(
  { chain, asset, deposit, head }: PlanSubject,
  { ownInterest, nowMs = 0 }: PlanFacts,
  balance: bigint,
): PlanStep {
  if (ownInterest === undefined) return need('ownInterest')
  const where = ownInterest ? ', which the token credited inside our own sweep' : ''
  const approved =
    deposit.doubtCleared === 'unbacked'
      ? '; an operator approved this deposit although no balance showed it'
      : ''
  const detail = `the wallet holds ${inUnits(balance, asset)} of ${inUnits(deposit.amount, asset)}${where}, and no sweep of ours took the rest (block ${head})${approved}`
  const isAskedAgain = deposit.reason === 'balance-unclear' || deposit.reason === 'funds-gone'
  const passedMs = nowMs - deposit.since.getTime()
  if (isAskedAgain && passedMs >= blocksBetween * chain.blockTimeMs)
    return attention('funds-gone', detail)
  return wait('balance-unclear', `${detail}: read again before the alarm`)
}
