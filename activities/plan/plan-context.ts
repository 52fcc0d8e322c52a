import type { ListedAsset } from '../../domain/chains/asset.ts'
import type { BlockHeader } from '../../domain/chains/block.ts'
import type { Deposit } from '../../domain/deposits/deposit.ts'
import { KeyMismatch, KeyMissing } from '../../domain/money-errors.ts'
import type { Sweep } from '../../domain/sweeps/sweep.ts'
import type { MoneyChain } from '../../transactions/sign/money-chain.ts'
import type { Attention, Finished, Parked } from '../../workflows/contract.ts'
import type { ActivityDeps } from '../step/activity-deps.ts'
import { holder } from '../step/activity-deps.ts'
import { callForAttention, inUnits, park } from '../step/outcomes.ts'

/** A claimed sweep and the block at which its balances are read. */
export interface PlanContext {
  readonly deps: ActivityDeps
  readonly chain: MoneyChain
  readonly asset: ListedAsset
  readonly deposit: Deposit
  readonly sweep: Sweep
  readonly head: BlockHeader
}

export const at = (context: PlanContext) => ({
  depositId: context.deposit.id,
  sweepId: context.sweep.id,
})

/**
 * MONEY 12: if no sweep of ours explains an empty wallet, the deposit becomes `needs-attention`.
 */
export async function judgeEmpty(context: PlanContext): Promise<Finished | Attention | Parked> {
  const covered = await coverLate(context, 0n)
  if (covered) return covered
  const { deps, asset, deposit } = context
  // The token credited this interest during a sweep. A part left with the sweep, and the rest is
  // below the minimum. This is no theft.
  if (deposit.amount < asset.min && (await deps.sweeps.isOwnInterest(deposit.id)))
    return await finish(context, 'ignored', 'dust', 'interest of a sweep, below the minimum')
  return await judgeMissing(context, 0n)
}

/**
 * MONEY 15: ignores a balance below the minimum; a later sweep can still cover the row. A deposit
 * is `done` instead if an earlier sweep covered it except for a remainder (1 unit of rounding).
 */
export async function ignoreDust(
  context: PlanContext,
  balance: bigint,
  why: string,
): Promise<Finished | Attention | Parked> {
  const judged = await judgeLeftover(context, balance)
  if (judged) return judged
  const detail = `the wallet holds ${inUnits(balance, context.asset)}: ${why}`
  return await finish(context, 'ignored', 'dust', detail)
}

/**
 * Lets a balance above the minimum wait while its transfer costs more than the balance at the
 * current gas price or L1 fee (MONEY 8, 15).
 */
export async function waitForCheaperGas(
  context: PlanContext,
  balance: bigint,
): Promise<Finished | Attention | Parked> {
  const judged = await judgeLeftover(context, balance)
  if (judged) return judged
  const detail = `a transfer costs more now than the wallet’s balance of ${inUnits(balance, context.asset)}`
  return await park(context.deps, at(context), 'gas-price', detail)
}

/** Ends a deposit that an earlier sweep covered, or whose money is gone; undefined otherwise. */
async function judgeLeftover(
  context: PlanContext,
  balance: bigint,
): Promise<Finished | Attention | Parked | undefined> {
  const covered = await coverLate(context, balance)
  if (covered) return covered
  const { deps, asset, deposit } = context
  // A thief may leave a remainder, or 1 unit may arrive later. The loss must still be reported
  // (MONEY 12).
  if (deposit.amount < asset.min || !(await deps.sweeps.isGone(deposit.id, balance)))
    return undefined
  return await judgeMissing(context, balance)
}

async function coverLate(context: PlanContext, held: bigint): Promise<Finished | undefined> {
  const covered = await context.deps.sweeps.coverLate(context.deposit.id, held)
  return covered ? await finish(context, 'done', '', '') : undefined
}

async function finish(
  context: PlanContext,
  state: 'done' | 'ignored',
  reason: string,
  detail: string,
): Promise<Finished> {
  const depositId = context.deposit.id
  await context.deps.sweeps.releaseSweep(context.sweep.id, holder(), {
    depositId,
    state,
    reason,
    detail,
  })
  return { kind: 'finished', state, reason }
}

/**
 * MONEY 14: proves the wallet's key before any gas is spent. Returns undefined if the key is right.
 */
export async function judgeKey(context: PlanContext): Promise<Attention | undefined> {
  try {
    await context.chain.signer.proveKey(context.deposit.wallet)
    return undefined
  } catch (error) {
    if (error instanceof KeyMissing)
      return await callForAttention(context.deps, at(context), 'key-missing', error.message)
    if (error instanceof KeyMismatch) {
      return await callForAttention(context.deps, at(context), 'key-mismatch', error.message)
    }
    throw error
  }
}

export async function refuseToken(context: PlanContext, detail: string): Promise<Attention> {
  return await callForAttention(context.deps, at(context), 'token-refused', detail)
}

/** Blocks that must pass between the first reading and the alarm. */
const blocksBetween = 2

/**
 * MONEY 12: judges a missing balance that no sweep of ours explains. A node that is not fully
 * synced answers 0 instead of an error, so the balance is read again at a later block before the
 * alarm.
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
  return await park(deps, at, 'balance-unclear', `${detail}: read again before the alarm`)
}
