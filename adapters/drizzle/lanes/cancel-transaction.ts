import { and, eq, isNull } from 'drizzle-orm'
import type { Hash } from '../../../domain/address.ts'
import type { OrderAnswer, SignedOrder } from '../../../domain/operators/deposit-orders.ts'
import { attempts, keepers, transactions } from '../../../drizzle/schema.ts'
import { recordAction } from '../operators/note-order.ts'
import type { Queries } from '../queries.ts'
import { liveUnmined } from './lane-attempts.ts'

export interface AskedCancel {
  /** Key of the intent, `<sweep id>:<step>:<round>`. */
  readonly key: string
  readonly nonce: bigint
  readonly answer: OrderAnswer
}

/**
 * Stores an operator's order to use up a transaction's nonce by a cancel (MONEY 3), with its audit
 * row in the same commit. The lane loop signs the cancel at its next poll. An earlier attempt may
 * still be mined instead of the cancel. Idempotent.
 * @param hash hash of any of the transaction's attempts
 * @returns undefined if no attempt has that hash
 */
export function cancelTransaction(
  db: Queries,
  hash: Hash,
  { operator, reason }: SignedOrder,
): Promise<AskedCancel | undefined> {
  return db.transaction(async (tx) => {
    const [row] = await tx
      .select({
        key: transactions.key,
        nonce: transactions.nonce,
        state: transactions.state,
        step: transactions.step,
        retired: keepers.retiredAt,
      })
      .from(attempts)
      .innerJoin(transactions, eq(transactions.key, attempts.transactionKey))
      .leftJoin(
        keepers,
        and(eq(keepers.chainId, transactions.chainId), eq(keepers.address, transactions.sender)),
      )
      .where(eq(attempts.hash, hash))
    if (!row) return undefined
    const { key, nonce, state } = row
    // The worker has the retired key that signed a drain.
    if (row.retired !== null && row.step !== 'drain') {
      const why =
        'its keeper has retired, and only that key could sign a cancel: configure it again, migrate, cancel'
      return { key, nonce, answer: { kind: 'refused', state, why } }
    }
    const asked = await tx
      .update(transactions)
      .set({ cancelReason: `${reason} (${operator})` })
      .where(and(liveUnmined(key), isNull(transactions.cancelReason)))
      .returning({ key: transactions.key })
    if (asked.length > 0) {
      await recordAction(tx, { operator, action: 'cancel', subject: key, reason })
      return { key, nonce, answer: { kind: 'done', state: 'asked' } }
    }
    const [now] = await tx.select().from(transactions).where(eq(transactions.key, key))
    if (now?.state === 'live' && now.minedBlock === null)
      return { key, nonce, answer: { kind: 'already', state: 'asked' } }
    const why =
      now?.state === 'live' ? `block ${now.minedBlock} has it` : `it has ended: ${now?.state}`
    return { key, nonce, answer: { kind: 'refused', state, why } }
  })
}
