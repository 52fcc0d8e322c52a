import { and, eq, inArray, lte, ne, notInArray, or } from 'drizzle-orm'
import { smallerOf } from '../../../domain/amount.ts'
import type { SeenDeposit } from '../../../domain/deposit.ts'
import type { UnconfirmedReason } from '../../../domain/deposit-state.ts'
import { deposits, scanCursors } from '../../../drizzle/schema.ts'
import type { Queries } from '../queries.ts'

/** What `confirm` would hand on now, oldest first. */
export async function due(
  db: Queries,
  chainId: number,
  finalHeight: bigint,
  limit: number,
  except: readonly string[],
): Promise<readonly SeenDeposit[]> {
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
  return rows as SeenDeposit[]
}

export async function noteUnconfirmed(
  db: Queries,
  depositId: string,
  reason: UnconfirmedReason,
  detail: string,
): Promise<void> {
  const isDifferent = or(ne(deposits.reason, reason), ne(deposits.detail, detail))
  await db
    .update(deposits)
    .set({ state: 'confirming', reason, detail })
    .where(and(eq(deposits.id, depositId), inArray(deposits.state, unconfirmed), isDifferent))
}

const unconfirmed = ['detected', 'confirming']

/** Stored, at or below the height, and not handed on. */
export const dueAt = (chainId: number, height: bigint) =>
  and(
    eq(deposits.chainId, chainId),
    inArray(deposits.state, unconfirmed),
    lte(deposits.blockNumber, height),
  )
