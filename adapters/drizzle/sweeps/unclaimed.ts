import { and, eq, inArray, sql } from 'drizzle-orm'
import { smallerOf } from '../../../domain/amount.ts'
import { type Candidate, sumOf } from '../../../domain/sweeps/coverage.ts'
import { deposits, sweeps } from '../../../drizzle/schema.ts'
import { chunks } from '../chunks.ts'
import { type DepositRow, readDeposit, toSweep } from '../deposits/rows.ts'
import type { Queries } from '../queries.ts'
import { isOfAsset, type WalletAsset } from '../wallet-asset.ts'
import { hasInside, isInside } from './inside-sweep.ts'

/**
 * Returns the amount that all recorded sweeps of a wallet's token moved beyond the deposits that
 * they cover, in the token's smallest unit. Two sweeps may share the interest that a token pays
 * inside a sweep: the sweep itself moves the part that its signed balance contained, and a later
 * sweep moves the rest. Therefore neither sweep alone explains the interest.
 */
export async function unclaimedOf(tx: Queries, at: WalletAsset): Promise<bigint> {
  const [row] = await tx.execute<{ amount: string }>(sql`
    with swept as (
      select id, coverable_amount from sweeps
      where ${isOfAsset(sweeps, at)} and outcome = 'swept'
    )
    select greatest(0, coalesce((select sum(coverable_amount) from swept), 0)
      - coalesce((select sum(d.amount) from deposits d join swept on swept.id = d.sweep_id where d.covered), 0)
    )::text as amount`)
  return BigInt(row?.amount ?? 0)
}

/**
 * Returns the part of earlier sweeps' interest that counts for the next sweep of the wallet's
 * token: a token paid the interest inside an earlier sweep, that sweep moved the interest, and no
 * covered deposit explains the amount yet.
 * @param candidates deposits that the next sweep may cover
 */
export async function earlierParts(
  tx: Queries,
  at: WalletAsset,
  candidates: readonly Candidate[],
): Promise<bigint> {
  if (at.asset === 'native') return 0n
  let interest = 0n
  for (const hashes of chunks([...new Set(candidates.map(({ txHash }) => txHash))])) {
    const recorded = await tx
      .select()
      .from(sweeps)
      .where(
        and(isOfAsset(sweeps, at), eq(sweeps.outcome, 'swept'), inArray(sweeps.txHash, hashes)),
      )
    for (const row of recorded) {
      const { outcome } = toSweep(row)
      if (!outcome) continue
      const inside = await tx
        .select({ id: deposits.id })
        .from(deposits)
        .where(and(isOfAsset(deposits, at), isInside(at, outcome)))
      const ids = new Set(inside.map(({ id }) => id))
      interest += sumOf(candidates.filter(({ id }) => ids.has(id)))
    }
  }
  return interest === 0n ? 0n : smallerOf(interest, await unclaimedOf(tx, at))
}

/**
 * Whether a deposit was credited inside a recorded sweep of its own wallet and token, before the
 * sweep's transfer.
 */
export async function isOfOwnSweep(
  tx: Queries,
  deposit: WalletAsset & Pick<DepositRow, 'id' | 'txHash' | 'logOrder'>,
): Promise<boolean> {
  const [row] = await tx.execute(sql`
    select 1 from sweeps
    where ${isOfAsset(sweeps, deposit)} and outcome = 'swept'
      and ${hasInside(deposit)}`)
  return row !== undefined
}

/**
 * Whether the token credited the deposit as interest inside a sweep of the same wallet and token.
 */
export async function isOwnInterest(tx: Queries, depositId: string): Promise<boolean> {
  const deposit = await readDeposit(tx, depositId)
  return deposit !== undefined && (await isOfOwnSweep(tx, deposit))
}
