import { eq } from 'drizzle-orm'
import type { OrderAnswer, SignedOrder } from '../../../domain/operators/deposit-orders.ts'
import { chains } from '../../../drizzle/schema.ts'
import { recordAction } from '../operators/note-order.ts'
import type { Queries } from '../queries.ts'

/**
 * Nothing new is planned or signed on a paused chain; what is signed is sent until it is mined, and
 * the scanner reads on. Waits for signatures under way. undefined where `migrate` has not met the
 * chain.
 */
export function pauseChain(
  db: Queries,
  chainId: number,
  { operator, reason }: SignedOrder,
  pause: boolean,
): Promise<OrderAnswer | undefined> {
  return db.transaction(async (tx) => {
    const [chain] = await tx.select().from(chains).where(eq(chains.id, chainId)).for('update')
    if (!chain) return undefined
    const state = pause ? 'paused' : 'resumed'
    if ((chain.pausedReason !== null) === pause) return { kind: 'already', state }
    await tx
      .update(chains)
      .set({ pausedReason: pause ? `${reason} (${operator})` : null })
      .where(eq(chains.id, chainId))
    await recordAction(tx, {
      operator,
      action: pause ? 'pause' : 'resume',
      subject: `chain ${chainId}`,
      reason,
    })
    return { kind: 'done', state }
  })
}
