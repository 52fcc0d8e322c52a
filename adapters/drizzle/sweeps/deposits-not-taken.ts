import { sql } from 'drizzle-orm'
import type { SweepOutcome } from '../../../domain/sweeps/sweep.ts'
import { deposits } from '../../../drizzle/schema.ts'
import type { SweepRow } from '../deposits/rows.ts'
import type { Queries } from '../queries.ts'
import { isOfAsset } from '../wallet-asset.ts'
import { isInside } from './inside-sweep.ts'

type Place = Pick<SweepOutcome, 'txHash' | 'blockNumber' | 'txIndex' | 'logOrder' | 'creditsBefore'>

/**
 * Returns figures about the deposits of a sweep's wallet and asset that the sweep did not take.
 * `since` counts the deposits after the block of the signed balance, up to the end of the sweep's
 * block. It leaves out credits that the sweep's own transaction logged before its transfer. If the
 * block of the signed balance is unknown, `since` counts only the sweep's own block. `after` sums
 * the deposits of the sweep's block that came after its transfer.
 */
export async function depositsNotTaken(
  tx: Queries,
  sweep: SweepRow,
  outcome: Place,
  balanceBlock: bigint | null,
): Promise<{ readonly since: number; readonly after: bigint }> {
  const { txHash, blockNumber, txIndex } = outcome
  const isOwn = isInside(sweep, outcome)
  const isBehind = sql`(tx_hash = ${txHash} or tx_index > ${txIndex})`
  const isAfter = sql`block_number = ${blockNumber} and not ${isOwn} and ${isBehind}`
  const [row] = await tx.execute<{ since: number; after: string }>(sql`
    select count(*) filter (where not ${isOwn})::int as since,
      coalesce(sum(amount) filter (where ${isAfter}), 0)::text as after
    from deposits
    where ${isOfAsset(deposits, sweep)}
      and not covered and state <> 'orphaned'
      and block_number > ${balanceBlock ?? blockNumber - 1n} and block_number <= ${blockNumber}`)
  return { since: row?.since ?? 0, after: BigInt(row?.after ?? 0) }
}
