import { eq } from 'drizzle-orm'
import type { OrderAnswer, SignedOrder } from '../../../domain/operators/deposit-orders.ts'
import { chains } from '../../../drizzle/schema.ts'
import { recordAction } from '../operators/note-order.ts'
import type { Queries } from '../queries.ts'

/**
 * Pauses or resumes a chain. On a paused chain nothing new is planned or signed. Signed
 * transactions are still rebroadcast until they are mined, and the scanner continues. Waits for
 * signatures in progress.
 * @returns undefined if `migrate` has not registered the chain
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
