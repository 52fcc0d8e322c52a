import type { ListedAsset } from '../../domain/chains/asset.ts'
import type { BlockHeader } from '../../domain/chains/block.ts'
import type { Deposit } from '../../domain/deposits/deposit.ts'
import { KeyMismatch, KeyMissing } from '../../domain/money-errors.ts'
import type { Sweep } from '../../domain/sweeps/sweep.ts'
import type { MoneyChain } from '../../transactions/sign/money-chain.ts'
import type { Attention, Finished, Parked } from '../../workflows/contract.ts'
import type { ActivityDeps } from '../step/deps.ts'
import { callForAttention, inUnits, park } from '../step/outcomes.ts'
import { holder } from '../step/run.ts'
import { judgeMissing } from './judge-missing.ts'

/** A claimed sweep, with the block that its balances are read at. */
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

/** MONEY 12: an empty wallet is explained by a sweep of ours, or somebody has to look. */
export async function judgeEmpty(context: PlanContext): Promise<Finished | Attention | Parked> {
  const covered = await coverLate(context, 0n)
  if (covered) return covered
  const { deps, asset, deposit } = context
  // A part of it went with that sweep, and the rest is worth nobody's time: no theft.
  if (deposit.amount < asset.min && (await deps.sweeps.isOwnInterest(deposit.id)))
    return await finish(context, 'ignored', 'dust', 'interest of a sweep, below the minimum')
  return await judgeMissing(context, 0n)
}

/**
 * MONEY 15: the wallet's balance is below the minimum; the row stays coverable by a later sweep.
 * What is left of a deposit that an earlier sweep took along (a remainder, 1 unit of rounding) is
 * no dust of its own: that deposit is done.
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
 * Not below the minimum, so no dust: its own transfer costs more at this moment's gas, or a
 * rollup's L1 fee (MONEY 8, 15).
 */
export async function waitForCheaperGas(
  context: PlanContext,
  balance: bigint,
): Promise<Finished | Attention | Parked> {
  const judged = await judgeLeftover(context, balance)
  if (judged) return judged
  const detail = `its own transfer would cost more now than the ${inUnits(balance, context.asset)} that the wallet holds`
  return await park(context.deps, at(context), 'gas-price', detail)
}

/** Whether the deposit itself is elsewhere: taken along by an earlier sweep, or gone. */
async function judgeLeftover(
  context: PlanContext,
  balance: bigint,
): Promise<Finished | Attention | Parked | undefined> {
  const covered = await coverLate(context, balance)
  if (covered) return covered
  const { deps, asset, deposit } = context
  // Whoever takes a deposit may leave something, or 1 unit may be sent after it: that must not end
  // in silence (MONEY 12).
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
  await context.deps.sweeps.letGo(context.sweep.id, holder(), { depositId, state, reason, detail })
  return { kind: 'finished', state, reason }
}

/**
 * MONEY 14: before any gas is spent, the signer proves that the key fits. undefined when it does.
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
