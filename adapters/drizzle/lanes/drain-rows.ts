import { and, asc, eq, gt, isNull, notExists, type SQL, sql } from 'drizzle-orm'
import type { Address, Hash } from '../../../domain/address.ts'
import type { Explanation } from '../../../domain/books/explain-external.ts'
import type { DrainOrder, DrainStore } from '../../../domain/keeper/drain.ts'
import type { DrainDestination } from '../../../domain/lanes/transaction.ts'
import type { SignedOrder } from '../../../domain/operators/deposit-orders.ts'
import { attempts, keeperDrains, keepers, sweeps, transactions } from '../../../drizzle/schema.ts'
import type { Queries } from '../queries.ts'
import { lockLaneAndSweep } from '../sweeps/locks.ts'
import { signedFor } from '../sweeps/signed-transactions.ts'
import { closeSweepRow, correctOutcome } from '../sweeps/sweep-row.ts'

type TransactionRow = typeof transactions.$inferSelect

export function createDrainStore(db: Queries): DrainStore {
  return {
    unsigned: (chainId) => unsignedDrains(db, chainId),
    async endReturned(chainId) {
      const outlived = await unsignedDrains(db, chainId, isReturned)
      const ended = []
      for (const order of outlived) {
        if ((await endUnsigned(db, order.id, 'returned')) === 'ended') ended.push(order)
      }
      return ended
    },
    async noteWait(id, why) {
      await db.update(keeperDrains).set({ waitingFor: why }).where(eq(keeperDrains.sweepId, id))
    },
    endEmpty: async (id) => void (await endUnsigned(db, id, 'void')),
  }
}

/** Condition on `keepers` and `keeper_drains`: the keeper became current again after the order. */
const isReturned = gt(keepers.since, keeperDrains.orderedAt)

async function unsignedDrains(
  db: Queries,
  chainId: number,
  when?: SQL,
): Promise<readonly DrainOrder[]> {
  const rows = await db
    .select({
      id: keeperDrains.sweepId,
      keeper: keeperDrains.keeper,
      to: keeperDrains.destination,
      waitingFor: keeperDrains.waitingFor,
    })
    .from(keeperDrains)
    .innerJoin(sweeps, eq(sweeps.id, keeperDrains.sweepId))
    .innerJoin(keepers, isKeeperOfDrain)
    .where(
      and(
        eq(keeperDrains.chainId, chainId),
        isNull(sweeps.closedAt),
        notExists(
          db
            .select({ key: transactions.key })
            .from(transactions)
            .where(eq(transactions.sweepId, keeperDrains.sweepId)),
        ),
        when,
      ),
    )
    .orderBy(asc(keeperDrains.orderedAt))
  return rows.map((row) => ({
    ...row,
    keeper: row.keeper as Address,
    to: row.to as DrainDestination,
  }))
}

const isKeeperOfDrain = and(
  eq(keepers.chainId, keeperDrains.chainId),
  eq(keepers.address, keeperDrains.keeper),
)

/** Whether the keeper of a drain became the current keeper again after the order. */
export async function isOutlived(tx: Queries, id: string): Promise<boolean> {
  const [row] = await tx
    .select({ id: keeperDrains.sweepId })
    .from(keeperDrains)
    .innerJoin(keepers, isKeeperOfDrain)
    .where(and(eq(keeperDrains.sweepId, id), isReturned))
  return row !== undefined
}

/**
 * Ends an order that nothing is signed for. The locks wait for a signature that is in progress.
 * `inSameCommit` writes further rows if the order ends.
 */
export function endUnsigned(
  db: Queries,
  id: string,
  outcome: 'void' | 'returned' | 'withdrawn',
  inSameCommit?: (tx: Queries) => Promise<void>,
): Promise<'ended' | 'signed' | 'closed'> {
  return db.transaction(async (tx) => {
    const row = await lockLaneAndSweep(tx, id)
    if (!row || row.closedAt !== null) return 'closed'
    const [signed] = await signedFor(tx, id).limit(1)
    if (signed) return 'signed'
    await closeSweepRow(tx, id, { outcome })
    await endDrain(tx, id, null)
    await inSameCommit?.(tx)
    return 'ended'
  })
}

/**
 * Ends the order of a drain in the commit that ends its transaction. After a deep reorg the same
 * transaction may end again, in another way. A drain that did not succeed can be ordered again.
 */
export async function closeDrain(tx: Queries, row: TransactionRow): Promise<void> {
  const id = row.sweepId
  const succeeded = row.state === 'succeeded'
  const changes = {
    outcome: succeeded ? 'drained' : row.state,
    txHash: row.minedHash,
    blockNumber: row.minedBlock,
    txIndex: row.minedTxIndex,
  }
  if (!(await closeSweepRow(tx, id, changes))) await correctOutcome(tx, id, changes)
  await endDrain(tx, id, succeeded ? await restAfter(tx, row) : null)
}

/**
 * Ends a drain by a transaction that `recover` explained. A drain whose order was lost gets its row
 * here. The rest is unknown, so the keeper can be drained again.
 * @param drain `id` of the open sweep row
 */
export async function adoptDrain(
  tx: Queries,
  drain: {
    readonly id: string
    readonly chainId: number
    readonly keeper: string
    readonly hash: Hash | null
    readonly explanation: Extract<Explanation, { kind: 'drain' }>
  },
  { operator, reason }: SignedOrder,
): Promise<void> {
  const { id, chainId, keeper, hash, explanation } = drain
  const { destination, blockNumber, txIndex } = explanation
  await tx
    .insert(keeperDrains)
    .values({ sweepId: id, chainId, keeper, destination, operator, reason })
    .onConflictDoNothing()
  await closeSweepRow(tx, id, { outcome: 'drained', txHash: hash, blockNumber, txIndex })
  await endDrain(tx, id, null)
}

/** The balance that was signed, less the value and the fees of the mined attempt. */
async function restAfter(tx: Queries, row: TransactionRow): Promise<bigint | null> {
  const [signed] = await tx
    .select({ balanceWei: sweeps.plannedAmount, valueWei: attempts.valueWei })
    .from(sweeps)
    .innerJoin(attempts, eq(attempts.hash, row.minedHash ?? ''))
    .where(eq(sweeps.id, row.sweepId))
  if (!signed || signed.balanceWei === null) return null
  const feeWei = (row.gasUsed ?? 0n) * (row.gasPriceWei ?? 0n) + (row.minedL1FeeWei ?? 0n)
  return signed.balanceWei - signed.valueWei - feeWei
}

async function endDrain(tx: Queries, id: string, restWei: bigint | null): Promise<void> {
  await tx
    .update(keeperDrains)
    .set({ restWei, waitingFor: sql`null` })
    .where(eq(keeperDrains.sweepId, id))
}
