import { sql } from 'drizzle-orm'
import { sweeps } from '../../../drizzle/schema.ts'
import { type DepositRow, readDeposit } from '../deposits/rows.ts'
import type { Queries } from '../queries.ts'
import { isOfAsset, type WalletAsset } from '../wallet-asset.ts'
import { isInside } from './inside-sweep.ts'

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
      and ${isInside({ deposit })}`)
  return row !== undefined
}

/**
 * Whether the token credited the deposit as interest inside a sweep of the same wallet and token.
 */
export async function isOwnInterest(tx: Queries, depositId: string): Promise<boolean> {
  const deposit = await readDeposit(tx, depositId)
  return deposit !== undefined && (await isOfOwnSweep(tx, deposit))
}
