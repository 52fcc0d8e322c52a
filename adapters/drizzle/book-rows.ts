import { and, eq, isNotNull, lte, ne, or, sql } from 'drizzle-orm'
import type { Address, Hash } from '../../domain/address.ts'
import type { AssetId } from '../../domain/asset.ts'
import type { BookedIntent, BookRows, ForeignKind } from '../../domain/books.ts'
import {
  attempts,
  deposits,
  foreignTransactions,
  keeperRefills,
  keepers,
  lanes,
  scanCursors,
  sweeps,
  transactions,
  wallets,
} from '../../drizzle/schema.ts'
import { readColdWallets } from './former-cold-wallets.ts'
import type { Queries } from './queries.ts'

/** Everything that reconciliation holds against the chain, up to a height. */
export async function readBookRows(
  tx: Queries,
  chainId: number,
  height: bigint,
): Promise<BookRows> {
  return {
    deposits: await readDeposits(tx, chainId, height),
    intents: await readIntents(tx, chainId),
    sweeps: await readSweeps(tx, chainId, height),
    foreign: await readForeign(tx, chainId, height),
    refills: await readRefills(tx, chainId, height),
    keepers: await readKeepers(tx, chainId),
    lanes: await readLanes(tx, chainId),
    coldWallets: await readColdWallets(tx, chainId),
    unread: await readUnread(tx, chainId),
  }
}

async function readDeposits(tx: Queries, chainId: number, height: bigint) {
  const rows = await tx
    .select({
      id: deposits.id,
      wallet: deposits.wallet,
      asset: deposits.asset,
      amount: deposits.amount,
    })
    .from(deposits)
    .where(
      and(
        eq(deposits.chainId, chainId),
        ne(deposits.state, 'orphaned'),
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

async function readForeign(tx: Queries, chainId: number, height: bigint) {
  const rows = await tx
    .select()
    .from(foreignTransactions)
    .where(
      and(
        eq(foreignTransactions.chainId, chainId),
        or(
          sql`${foreignTransactions.blockNumber} is null`,
          lte(foreignTransactions.blockNumber, height),
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

/** Its first word, as it was written at the adoption; what can't be read is nothing of ours. */
function kindOf(explanation: string | null): ForeignKind {
  return explained.find((kind) => explanation?.split(' ')[0] === kind) ?? 'foreign'
}
const explained = ['sweep', 'gas', 'nothing'] as const satisfies readonly ForeignKind[]

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

/** Met by the scanner, and their older blocks not read yet: deposits of theirs may come any moment. */
async function readUnread(tx: Queries, chainId: number): Promise<ReadonlySet<Address>> {
  const rows = await tx
    .select({ address: wallets.address })
    .from(wallets)
    .innerJoin(scanCursors, eq(scanCursors.chainId, chainId))
    .where(sql`${wallets.seq} > ${scanCursors.walletSeq}`)
  return new Set(rows.map(({ address }) => address as Address))
}
