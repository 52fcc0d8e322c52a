import { and, eq, isNull, type SQL, sql } from 'drizzle-orm'
import {
  type AssetFailures,
  breakerWords,
  breaksAsset,
  minutesToTrial,
  trialMinutes,
} from '../../../domain/deposits/breaker.ts'
import type { Halt } from '../../../domain/deposits/halt.ts'
import type { OrderAnswer, SignedOrder } from '../../../domain/operators/deposit-orders.ts'
import { assetPauses, chains, deposits } from '../../../drizzle/schema.ts'
import { recordAction } from '../operators/note-order.ts'
import type { Queries } from '../queries.ts'

/** An asset of a chain. */
export interface ChainAsset {
  readonly chainId: number
  readonly asset: string
}

const isOf = ({ chainId, asset }: ChainAsset) =>
  and(eq(assetPauses.chainId, chainId), eq(assetPauses.asset, asset))
const isPaused = (at: ChainAsset) => and(isOf(at), isNull(assetPauses.endedAt))

/**
 * Returns the pause of the asset; undefined if its sweeps may be planned and signed, or if this
 * very sweep is the one that is tried.
 */
export async function assetHalt(
  tx: Queries,
  at: ChainAsset,
  sweepId?: string,
): Promise<Halt | undefined> {
  const [pause] = await tx
    .select({
      reason: assetPauses.reason,
      trialSweepId: assetPauses.trialSweepId,
      nextTrialAt: assetPauses.nextTrialAt,
    })
    .from(assetPauses)
    .where(isPaused(at))
  if (!pause || (sweepId !== undefined && pause.trialSweepId === sweepId)) return undefined
  return { kind: 'asset-paused', why: pause.reason, triedAt: pause.nextTrialAt }
}

/**
 * Whether a sweep of a paused asset may be tried: none is being tried. A tried sweep that has
 * signed something is waited for, at most a day; one that has not may be replaced.
 */
export const isTrialFree = sql`asset_pauses.ended_at is null and asset_pauses.next_trial_at <= now()
  and not exists (
    select 1 from sweeps tried
    where tried.id = asset_pauses.trial_sweep_id and tried.closed_at is null
      and (asset_pauses.trial_until > now() or (
        asset_pauses.trial_until > now() - interval '1 day' and exists (
          select 1 from transactions signed
          where signed.sweep_id = tried.id and signed.state in ('live', 'succeeded')))))`

/** Whether a sweep of the paused asset may be tried now. Locks the pause until the commit. */
export async function lockTrial(tx: Queries, at: ChainAsset): Promise<boolean> {
  const rows = await tx
    .select({ asset: assetPauses.asset })
    .from(assetPauses)
    .where(and(isOf(at), isTrialFree))
    .for('update')
  return rows.length > 0
}

/** Makes the sweep the one that is tried. The caller holds the lock of `lockTrial`. */
export async function startTrial(tx: Queries, at: ChainAsset, sweepId: string): Promise<void> {
  await tx
    .update(assetPauses)
    .set({
      trialSweepId: sweepId,
      trialUntil: sql`now() + ${trialMinutes} * interval '1 minute'`,
    })
    .where(isOf(at))
}

/**
 * MONEY 30: ends the breaker's pause if the sweep was the one that was tried, and succeeded.
 * @returns whether a pause has ended
 */
export async function endTrial(tx: Queries, at: ChainAsset, sweepId: string): Promise<boolean> {
  const ended = await tx
    .update(assetPauses)
    .set({ endedAt: sql`now()` })
    .where(and(isPaused(at), eq(assetPauses.trialSweepId, sweepId)))
    .returning({ asset: assetPauses.asset })
  return ended.length > 0
}

/**
 * MONEY 30: notes that a sweep failed on chain. A tried sweep postpones the next trial; otherwise
 * the breaker stops the asset if the failures of the last hour are too many.
 * @returns the reason of a new pause
 */
export async function noteFailure(
  tx: Queries,
  at: ChainAsset,
  sweepId: string,
): Promise<string | undefined> {
  // The native coin has no contract that could fail.
  if (at.asset === 'native') return undefined
  const [known] = await tx.select().from(assetPauses).where(isOf(at)).for('update')
  if (known && known.endedAt === null) {
    if (known.trialSweepId === sweepId) await postpone(tx, at, known.trials + 1)
    return undefined
  }
  const found = await failuresOf(tx, at, known?.endedAt ?? new Date(0))
  if (!breaksAsset(found)) return undefined
  const trials = known && isRecent(known.endedAt) ? known.trials + 1 : 0
  const reason = breakerWords(found)
  await begin(tx, at, { reason, trials, nextTrialAt: inMinutes(minutesToTrial(trials)) })
  return reason
}

const dayMs = 86_400_000
/** A pause that follows another within a day tries its first sweep later. */
const isRecent = (ended: Date | null) => ended !== null && Date.now() - ended.getTime() < dayMs

async function begin(
  tx: Queries,
  at: ChainAsset,
  pause: { readonly reason: string; readonly trials: number; readonly nextTrialAt: SQL | null },
): Promise<void> {
  const values = {
    ...pause,
    pausedAt: sql`now()`,
    endedAt: null,
    trialSweepId: null,
    trialUntil: null,
  }
  await tx
    .insert(assetPauses)
    .values({ chainId: at.chainId, asset: at.asset, ...values })
    .onConflictDoUpdate({ target: [assetPauses.chainId, assetPauses.asset], set: values })
}

async function postpone(tx: Queries, at: ChainAsset, trials: number): Promise<void> {
  await tx
    .update(assetPauses)
    .set({
      trials,
      nextTrialAt: inMinutes(minutesToTrial(trials)),
      trialSweepId: null,
      trialUntil: null,
    })
    .where(isOf(at))
}

const inMinutes = (minutes: number) => sql`now() + ${minutes} * interval '1 minute'`

/** @param since end of the last pause: what failed before is judged already */
async function failuresOf(
  tx: Queries,
  { chainId, asset }: ChainAsset,
  since: Date,
): Promise<AssetFailures> {
  const [row] = await tx.execute<{
    failures: number
    wallets: number
    failed: string | null
    everything: string | null
  }>(sql`
    with ended as (
      select t.sweep_id, t.sender, t.step, t.state, t.stale_balance, s.outcome,
        coalesce(t.gas_used * t.gas_price_wei, 0) + coalesce(t.mined_l1_fee_wei, 0) as wei
      from transactions t join sweeps s on s.id = t.sweep_id
      where t.chain_id = ${chainId} and s.asset = ${asset}
        and t.created_at > ${since.toISOString()}::timestamptz
        and greatest(t.ended_at, case when s.outcome = 'refused' then s.closed_at end)
          > now() - interval '1 hour'
    ),
    failed as (
      select sweep_id, sender from ended
      where step = 'sweep' and stale_balance is not true
        and (state = 'reverted' or (state = 'succeeded' and outcome = 'refused'))
    )
    select (select count(distinct sweep_id)::int from failed) as failures,
      (select count(distinct sender)::int from failed) as wallets,
      (select sum(wei)::text from ended
        where sweep_id in (select sweep_id from failed)) as failed,
      (select sum(wei)::text from ended) as everything`)
  return {
    failures: row?.failures ?? 0,
    wallets: row?.wallets ?? 0,
    failedWei: BigInt(row?.failed ?? 0),
    allWei: BigInt(row?.everything ?? 0),
  }
}

/**
 * Pauses or resumes an asset by an operator's order. Waits for signatures in progress. An
 * operator's pause takes the place of the breaker's and tries no sweep.
 * @returns undefined if `migrate` has not registered the chain
 */
export function pauseAsset(
  db: Queries,
  at: ChainAsset,
  { operator, reason }: SignedOrder,
  pause: boolean,
): Promise<OrderAnswer | undefined> {
  return db.transaction(async (tx) => {
    // Signatures hold a share lock on the chain's row (haltOf).
    const [chain] = await tx.select().from(chains).where(eq(chains.id, at.chainId)).for('update')
    if (!chain) return undefined
    const [known] = await tx.select().from(assetPauses).where(isPaused(at)).for('update')
    const state = pause ? 'paused' : 'resumed'
    const isByOperator = known !== undefined && known.nextTrialAt === null
    if (pause ? isByOperator : !known) return { kind: 'already', state }
    if (pause)
      await begin(tx, at, { reason: `${reason} (${operator})`, trials: 0, nextTrialAt: null })
    else await tx.update(assetPauses).set({ endedAt: sql`now()` }).where(isOf(at))
    await recordAction(tx, {
      operator,
      action: pause ? 'pause' : 'resume',
      subject: `asset ${at.chainId}:${at.asset}`,
      reason,
    })
    return { kind: 'done', state }
  })
}

/** Whether the chain has a deposit of the asset, which coldsweep.yaml may no longer list. */
export async function isKnownAsset(db: Queries, { chainId, asset }: ChainAsset): Promise<boolean> {
  const rows = await db
    .select({ id: deposits.id })
    .from(deposits)
    .where(and(eq(deposits.chainId, chainId), eq(deposits.asset, asset)))
    .limit(1)
  return rows.length > 0
}
