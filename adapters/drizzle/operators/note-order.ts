import { createHash } from 'node:crypto'
import { eq } from 'drizzle-orm'
import type { NotedOrder } from '../../../domain/sweeps/sweep-store.ts'
import { operatorActions } from '../../../drizzle/schema.ts'
import { chunks } from '../chunks.ts'
import type { Queries } from '../queries.ts'

/** Records an operator's action, in the caller's commit. The table is append-only. */
export async function recordAction(
  tx: Queries,
  action: typeof operatorActions.$inferInsert,
): Promise<void> {
  await tx.insert(operatorActions).values(action)
}

/**
 * Records several actions with one statement for each thousand. The audit's lock, which every other
 * order waits for, is held from here to the end of the commit: call it last.
 */
export async function recordActions(
  tx: Queries,
  actions: readonly (typeof operatorActions.$inferInsert)[],
): Promise<void> {
  for (const part of chunks(actions)) await tx.insert(operatorActions).values(part)
}

/**
 * Returns the key of an order; undefined if the order has no `id`. The key depends on the order's
 * words too, so that the same `id` with other words is another order.
 */
export function orderIdOf(order: Omit<NotedOrder, 'runId'>): string | undefined {
  if (order.id === undefined) return undefined
  const { subject, action, operator, reason, id } = order
  const text = JSON.stringify([subject, action, operator, reason, id])
  return createHash('sha256').update(text, 'utf8').digest('hex')
}

/**
 * Returns how an order was recorded before; undefined if it was not. `already`: the same run has
 * recorded the order, and its worker died before it reported the result to Temporal. `repeat`:
 * another run has recorded the order, and this run is a reset of the other run.
 */
export async function notedAs(
  db: Queries,
  orderId: string | undefined,
  runId: string | undefined,
): Promise<'already' | 'repeat' | undefined> {
  const first = orderId === undefined ? undefined : await runOf(db, orderId)
  if (!first) return undefined
  return first.runId === (runId ?? null) ? 'already' : 'repeat'
}

/**
 * Records an order before a run follows it. `repeat` means that another run has recorded the order.
 */
export async function noteOrder(db: Queries, order: NotedOrder): Promise<'new' | 'repeat'> {
  const { operator, action, subject, reason, runId } = order
  const orderId = orderIdOf(order)
  const written = await db
    .insert(operatorActions)
    .values({ operator, action, subject, reason, orderId, runId })
    .onConflictDoNothing({ target: operatorActions.orderId })
    .returning({ id: operatorActions.id })
  if (written.length > 0 || orderId === undefined) return 'new'
  const first = await runOf(db, orderId)
  return first?.runId === runId ? 'new' : 'repeat'
}

async function runOf(db: Queries, orderId: string) {
  const [row] = await db
    .select({ runId: operatorActions.runId })
    .from(operatorActions)
    .where(eq(operatorActions.orderId, orderId))
  return row
}
