import { eq } from 'drizzle-orm'
import type { RetryProgress } from '../../../domain/operators/retry-progress.ts'
import type { NotedOrder } from '../../../domain/sweeps/sweep-store.ts'
import { deposits, operatorActions } from '../../../drizzle/schema.ts'
import type { Queries } from '../queries.ts'
import { orderIdOf } from './note-order.ts'

/** Reads how far the deposit's run has followed one order. The times are those of the database. */
export async function readRetryProgress(
  db: Queries,
  order: Omit<NotedOrder, 'runId' | 'action'> & { readonly id: string },
): Promise<RetryProgress> {
  const orderId = orderIdOf({ ...order, action: 'retry' }) ?? ''
  const [row] = await db
    .select({ lastRunAt: deposits.lastRunAt, followedAt: operatorActions.doneAt })
    .from(deposits)
    .leftJoin(operatorActions, eq(operatorActions.orderId, orderId))
    .where(eq(deposits.id, order.subject))
  return { followedAt: row?.followedAt ?? null, lastRunAt: row?.lastRunAt ?? null }
}
