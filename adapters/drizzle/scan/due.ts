import { and, eq, inArray, lte, not, notInArray } from 'drizzle-orm'
import { smallerOf } from '../../../domain/amount.ts'
import type { DueDeposit } from '../../../domain/scan/scan-store.ts'
import { deposits, scanCursors } from '../../../drizzle/schema.ts'
import { isUnjudged } from '../deposits/backing-store.ts'
import { inDoubt, unconfirmed } from '../deposits/doubts.ts'
import { countAlike } from '../deposits/match-rows.ts'
import type { Queries } from '../queries.ts'

/** Returns the deposits that `confirm` would hand over now, oldest first. */
export async function due(
  db: Queries,
  chainId: number,
  finalHeight: bigint,
  limit: number,
  except: readonly string[],
): Promise<readonly DueDeposit[]> {
  const [cursor] = await db.select().from(scanCursors).where(eq(scanCursors.chainId, chainId))
  if (!cursor) return []
  const height = smallerOf(finalHeight, cursor.height)
  const rows = await db
    .select()
    .from(deposits)
    .where(
      and(
        dueAt(chainId, height),
        except.length > 0 ? notInArray(deposits.id, [...except]) : undefined,
      ),
    )
    .orderBy(deposits.blockNumber, deposits.txIndex, deposits.logOrder)
    .limit(limit)
  const counts = await countAlike(
    db,
    rows.map(({ id }) => id),
  )
  return (rows as DueDeposit[]).map((row) => ({ ...row, alike: counts.get(row.id) ?? 1 }))
}

/**
 * Condition for unconfirmed deposits at or below the height, without an open doubt. Deposits whose
 * backing is not judged yet are left out.
 */
export const dueAt = (chainId: number, height: bigint) =>
  and(
    eq(deposits.chainId, chainId),
    inArray(deposits.state, unconfirmed),
    lte(deposits.blockNumber, height),
    not(inDoubt),
    not(isUnjudged),
  )
