import { and, eq, exists, gt, inArray, isNull, lte, sql } from 'drizzle-orm'
import type { Hash } from '../../../domain/address.ts'
import type { SeenOwnTransaction } from '../../../domain/scan/own-transactions.ts'
import { externalTransactions, transactions } from '../../../drizzle/schema.ts'
import type { Queries } from '../queries.ts'

// This file has every statement that writes the table `foreign_transactions`: transactions of our
// senders that no attempt explains.

interface UsedNonce {
  readonly chainId: number
  readonly sender: string
  readonly nonce: bigint
}

const isNonce = ({ chainId, sender, nonce }: UsedNonce) =>
  and(
    eq(externalTransactions.chainId, chainId),
    eq(externalTransactions.sender, sender),
    eq(externalTransactions.nonce, nonce),
  )

/**
 * Notes that an unknown transaction used a nonce. The scanner adds the transaction's hash when it
 * reads the transaction.
 */
export async function noteUsedNonce(
  tx: Queries,
  { chainId, sender, nonce }: UsedNonce,
): Promise<void> {
  await tx
    .insert(externalTransactions)
    .values({ chainId, sender, nonce, hash: null, blockNumber: null })
    .onConflictDoNothing()
}

/**
 * Notes an external transaction that the scanner has read.
 * @returns whether the hash was unknown before; the lane loop may have noted only the nonce
 */
export async function noteExternal(
  tx: Queries,
  chainId: number,
  { sender, nonce, ...details }: SeenOwnTransaction,
): Promise<boolean> {
  const rows = await tx
    .insert(externalTransactions)
    .values({ chainId, sender, nonce, ...details })
    .onConflictDoUpdate({
      target: [
        externalTransactions.chainId,
        externalTransactions.sender,
        externalTransactions.nonce,
      ],
      set: details,
      setWhere: isNull(externalTransactions.hash),
    })
    .returning({ nonce: externalTransactions.nonce })
  return rows.length > 0
}

/**
 * Whether the scanner has noted an external transaction with this nonce in a block up to this
 * height.
 */
export async function isNotedExternal(
  db: Queries,
  used: UsedNonce,
  upTo: bigint,
): Promise<boolean> {
  const found = await db
    .select({ hash: externalTransactions.hash })
    .from(externalTransactions)
    // A row that only the lane loop has written has no block, so it does not match.
    .where(and(isNonce(used), lte(externalTransactions.blockNumber, upTo)))
  return found.length > 0
}

/**
 * Forgets external transactions above the fork point of a reorg (MONEY 21). An adopted transaction
 * stays, because it was final when it was adopted, and its bytes are not stored to be sent again.
 */
export async function forgetExternalAbove(
  tx: Queries,
  chainId: number,
  height: bigint,
): Promise<void> {
  await tx
    .delete(externalTransactions)
    .where(
      and(
        eq(externalTransactions.chainId, chainId),
        gt(externalTransactions.blockNumber, height),
        isNull(externalTransactions.adoptedAt),
      ),
    )
}

/**
 * Forgets the used nonces of transactions that are live again, if the lane loop noted these nonces
 * before the scanner read their blocks.
 * @param liveAgain keys of transactions
 */
export async function forgetUsedNonces(tx: Queries, liveAgain: readonly string[]): Promise<void> {
  if (liveAgain.length === 0) return
  const ours = tx
    .select({ key: transactions.key })
    .from(transactions)
    .where(
      and(
        inArray(transactions.key, [...liveAgain]),
        eq(transactions.chainId, externalTransactions.chainId),
        eq(transactions.sender, externalTransactions.sender),
        eq(transactions.nonce, externalTransactions.nonce),
      ),
    )
  await tx
    .delete(externalTransactions)
    .where(
      and(
        isNull(externalTransactions.blockNumber),
        isNull(externalTransactions.adoptedAt),
        exists(ours),
      ),
    )
}

/**
 * Locks the row of a transaction that is to be adopted. An unseen transaction gets its row here.
 * @returns a function that adopts the transaction; undefined if it is already adopted
 */
export async function lockForAdoption(
  tx: Queries,
  used: UsedNonce & { readonly hash: Hash | null },
  operator: string,
): Promise<((explanation: string) => Promise<void>) | undefined> {
  const { chainId, sender, nonce, hash } = used
  if (hash === null)
    await tx
      .insert(externalTransactions)
      .values({ chainId, sender, nonce, hash })
      .onConflictDoNothing()
  const row = and(
    isNonce(used),
    hash === null ? isNull(externalTransactions.hash) : eq(externalTransactions.hash, hash),
    isNull(externalTransactions.adoptedAt),
  )
  const [pending] = await tx.select().from(externalTransactions).where(row).for('update')
  if (!pending) return undefined
  return async (explanation) => {
    await tx
      .update(externalTransactions)
      .set({ explanation, adoptedBy: operator, adoptedAt: sql`now()` })
      .where(row)
  }
}
