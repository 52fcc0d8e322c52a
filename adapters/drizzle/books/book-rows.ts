import { and, eq, isNotNull, isNull, lte, ne, not, or, sql } from 'drizzle-orm'
import type { Address, Hash } from '../../../domain/address.ts'
import type { BookedIntent, BookRows, ForeignKind } from '../../../domain/books/book-store.ts'
import type { AssetId } from '../../../domain/chains/asset.ts'
import { rescanCommand } from '../../../domain/scan/rescan-command.ts'
import {
  attempts,
  deposits,
  externalTransactions,
  keeperRefills,
  keepers,
  lanes,
  scanCursors,
  sweeps,
  transactions,
  unreadBlocks,
  unreadTransactions,
  wallets,
} from '../../../drizzle/schema.ts'
import { readColdWallets } from '../chains/read-cold-wallets.ts'
import { isUnbacked } from '../deposits/backing-store.ts'
import { isRejectedRow } from '../deposits/doubts.ts'
import { beyondOpenings } from '../deposits/take-from-openings.ts'
import type { Queries } from '../queries.ts'
import { openGapsOfChain } from '../scan/token-gaps.ts'
import { readAcknowledgements } from './acknowledge.ts'

/** Reads all rows that reconciliation compares with the chain, up to a height. */
export async function readBookRows(
  tx: Queries,
  chainId: number,
  height: bigint,
): Promise<BookRows> {
  return {
    deposits: await readDeposits(tx, chainId, height),
    intents: await readIntents(tx, chainId),
    sweeps: await readSweeps(tx, chainId, height),
    external: await readExternal(tx, chainId, height),
    refills: await readRefills(tx, chainId, height),
    keepers: await readKeepers(tx, chainId),
    lanes: await readLanes(tx, chainId),
    coldWallets: await readColdWallets(tx, chainId),
    acknowledgements: await readAcknowledgements(tx, chainId),
    backfilling: await readBackfilling(tx, chainId),
    incomplete: [
      ...(await readIncomplete(tx, chainId, height)),
      ...(await readGaps(tx, chainId)),
      ...(await readUnbacked(tx, chainId, height)),
    ],
  }
}

async function readDeposits(tx: Queries, chainId: number, height: bigint) {
  const rows = await tx
    .select({
      id: deposits.id,
      wallet: deposits.wallet,
      asset: deposits.asset,
      amount: beyondOpenings.mapWith(deposits.amount),
      blockNumber: deposits.blockNumber,
    })
    .from(deposits)
    .where(
      and(
        eq(deposits.chainId, chainId),
        ne(deposits.state, 'orphaned'),
        not(isRejectedRow),
        not(isUnbacked),
        lte(deposits.blockNumber, height),
      ),
    )
  return rows as BookRows['deposits']
}

async function readIntents(tx: Queries, chainId: number): Promise<BookRows['intents']> {
  const rows = await tx
    .select({
      key: transactions.key,
      sweepId: transactions.sweepId,
      step: transactions.step,
      sender: transactions.sender,
      nonce: transactions.nonce,
      wallet: sweeps.wallet,
      asset: sweeps.asset,
      hash: attempts.hash,
      kind: attempts.kind,
      valueWei: attempts.valueWei,
    })
    .from(transactions)
    .innerJoin(sweeps, eq(sweeps.id, transactions.sweepId))
    .innerJoin(attempts, eq(attempts.transactionKey, transactions.key))
    .where(eq(transactions.chainId, chainId))
  const byKey = new Map<string, BookedIntent>()
  for (const { hash, kind, valueWei, ...row } of rows) {
    const known = byKey.get(row.key)?.attempts ?? []
    const attempt = { hash: hash as Hash, kind: kind as 'send' | 'cancel', valueWei }
    const intent = { ...row, attempts: [...known, attempt] } as BookedIntent
    byKey.set(row.key, intent)
  }
  return [...byKey.values()]
}

async function readSweeps(tx: Queries, chainId: number, height: bigint) {
  const rows = await tx
    .select({
      id: sweeps.id,
      wallet: sweeps.wallet,
      asset: sweeps.asset,
      txHash: sweeps.txHash,
      arrivedAmount: sweeps.arrivedAmount,
    })
    .from(sweeps)
    .where(
      and(
        eq(sweeps.chainId, chainId),
        eq(sweeps.outcome, 'swept'),
        isNotNull(sweeps.txHash),
        lte(sweeps.blockNumber, height),
      ),
    )
  return rows.map((row) => ({
    id: row.id,
    wallet: row.wallet as Address,
    asset: row.asset as AssetId,
    txHash: row.txHash as Hash,
    arrivedAmount: row.arrivedAmount ?? 0n,
  }))
}

async function readExternal(tx: Queries, chainId: number, height: bigint) {
  const rows = await tx
    .select()
    .from(externalTransactions)
    .where(
      and(
        eq(externalTransactions.chainId, chainId),
        or(
          sql`${externalTransactions.blockNumber} is null`,
          lte(externalTransactions.blockNumber, height),
        ),
      ),
    )
  return rows.map(({ sender, nonce, hash, blockNumber, explanation, adoptedAt, adoptedBy }) => ({
    sender: sender as Address,
    nonce,
    hash: hash as Hash | null,
    blockNumber,
    kind: adoptedAt === null ? null : kindOf(explanation),
    adoptedBy,
  }))
}

/**
 * Returns the kind of an adopted transaction, which `recoverLane` has written as the first word of
 * the explanation. A transaction whose explanation is unreadable counts as external.
 */
function kindOf(explanation: string | null): ForeignKind {
  return explained.find((kind) => explanation?.split(' ')[0] === kind) ?? 'foreign'
}
const explained = ['sweep', 'gas', 'drain', 'nothing'] as const satisfies readonly ForeignKind[]

async function readRefills(tx: Queries, chainId: number, height: bigint) {
  const rows = await tx
    .select({
      keeper: keeperRefills.keeper,
      txHash: keeperRefills.txHash,
      amountWei: keeperRefills.amountWei,
      blockNumber: keeperRefills.blockNumber,
    })
    .from(keeperRefills)
    .where(and(eq(keeperRefills.chainId, chainId), lte(keeperRefills.blockNumber, height)))
  return rows as BookRows['refills']
}

async function readKeepers(tx: Queries, chainId: number) {
  const rows = await tx
    .select({
      address: keepers.address,
      openingWei: keepers.openingWei,
      openingBlock: keepers.openingBlock,
    })
    .from(keepers)
    .where(eq(keepers.chainId, chainId))
  return rows as BookRows['keepers']
}

async function readLanes(tx: Queries, chainId: number) {
  const rows = await tx
    .select({ sender: lanes.sender, entryNonce: lanes.entryNonce })
    .from(lanes)
    .where(eq(lanes.chainId, chainId))
  return rows as BookRows['lanes']
}

const namedUnread = 20

/**
 * Describes the transactions and blocks that the scanner could not read. Their deposits have no
 * rows yet.
 */
async function readIncomplete(tx: Queries, chainId: number, height: bigint) {
  const { blockNumber, chainId: chain, answeredAt, txHash, why } = unreadTransactions
  const rows = await tx
    .select({ txHash, blockNumber, why })
    .from(unreadTransactions)
    .where(and(eq(chain, chainId), isNull(answeredAt), lte(blockNumber, height)))
    .orderBy(blockNumber, txHash)
  const [range] = await tx
    .select()
    .from(unreadBlocks)
    .where(and(eq(unreadBlocks.chainId, chainId), lte(unreadBlocks.fromBlock, height)))
  const more = rows.length - namedUnread
  return [
    ...rows
      .slice(0, namedUnread)
      .map((row) => `transaction ${row.txHash} in block ${row.blockNumber} is unread: ${row.why}`),
    ...(more > 0 ? [`${more} more transactions are unread`] : []),
    ...(range
      ? [
          `blocks ${range.fromBlock} to ${range.toBlock} hold ${range.transactions} unread transactions: ${range.why}`,
        ]
      : []),
  ]
}

/** Blocks that were never searched for a token. Their deposits have no rows yet. */
async function readGaps(tx: Queries, chainId: number) {
  const gaps = await openGapsOfChain(tx, chainId)
  return gaps.map((gap) => {
    const command = rescanCommand(chainId, gap, 'blocks that were never searched for a token')
    return `blocks ${gap.from} to ${gap.to} were never searched for token ${gap.token}: ${command}`
  })
}

const namedUnbacked = 5

/**
 * Describes the unbacked deposits, which are held until an operator decides. No sum contains them,
 * because no balance shows them (MONEY 24).
 */
async function readUnbacked(tx: Queries, chainId: number, height: bigint) {
  const rows = await tx
    .select({
      asset: deposits.asset,
      count: sql<number>`count(*)::int`,
      amount: sql<string>`sum(${deposits.amount})::text`,
      // Returned as text, because the pool does not fetch the array types of the database.
      ids: sql<string>`array_to_string((array_agg(${deposits.id} order by ${deposits.id}))[1:${sql.raw(String(namedUnbacked))}], ', ')`,
    })
    .from(deposits)
    .where(and(eq(deposits.chainId, chainId), isUnbacked, lte(deposits.blockNumber, height)))
    .groupBy(deposits.asset)
    .orderBy(deposits.asset)
  return rows.map(
    ({ asset, count, amount, ids }) =>
      `${count} deposits of token ${asset} over ${amount} (smallest unit) are unbacked and not counted: ${ids}${count > namedUnbacked ? ', …' : ''}`,
  )
}

/**
 * Returns the wallets whose older blocks are not backfilled yet. Deposits of these wallets may
 * appear at any moment.
 */
async function readBackfilling(tx: Queries, chainId: number): Promise<ReadonlySet<Address>> {
  const rows = await tx
    .select({ address: wallets.address })
    .from(wallets)
    .innerJoin(scanCursors, eq(scanCursors.chainId, chainId))
    .where(sql`${wallets.seq} > ${scanCursors.walletSeq}`)
  return new Set(rows.map(({ address }) => address as Address))
}
