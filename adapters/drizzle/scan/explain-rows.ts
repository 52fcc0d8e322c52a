import { and, count, desc, eq, inArray } from 'drizzle-orm'
import type { Address, Hash } from '../../../domain/address.ts'
import type {
  AddressRows,
  ChainRows,
  ExplainRows,
  TransactionRows,
} from '../../../domain/scan/explain-rows.ts'
import {
  attempts,
  chains,
  deposits,
  externalTransactions,
  keepers,
  lanes,
  listedTokens,
  scanCursors,
  transactions,
  unreadBlocks,
  unreadTransactions,
  wallets,
} from '../../../drizzle/schema.ts'
import { readDepositViews } from '../deposits/deposit-views.ts'
import { withDatabaseErrors } from '../errors.ts'
import type { Queries } from '../queries.ts'

/** Maximum number of deposits that an answer lists. */
const most = 20

export function createExplainRows(db: Queries): ExplainRows {
  return withDatabaseErrors<ExplainRows>({
    chain: (chainId) => chainRows(db, chainId),
    transaction: (hash) => transactionRows(db, hash),
    address: (chainId, address) => addressRows(db, chainId, address),
    async wallets(addresses) {
      if (addresses.length === 0) return new Map()
      const rows = await db
        .select()
        .from(wallets)
        .where(inArray(wallets.address, [...addresses]))
      return new Map(rows.map((row) => [row.address as Address, row.firstSeenAt]))
    },
  })
}

async function chainRows(db: Queries, chainId: number): Promise<ChainRows> {
  const [scanner] = await db.select().from(scanCursors).where(eq(scanCursors.chainId, chainId))
  const [chain] = await db.select().from(chains).where(eq(chains.id, chainId))
  const [unread] = await db.select().from(unreadBlocks).where(eq(unreadBlocks.chainId, chainId))
  const tokens = await db
    .select({ token: listedTokens.token, readTo: listedTokens.readTo })
    .from(listedTokens)
    .where(eq(listedTokens.chainId, chainId))
  const known = await db.select().from(keepers).where(eq(keepers.chainId, chainId))
  return {
    scanner,
    pausedReason: chain?.pausedReason ?? null,
    coldWallet: (chain?.coldWallet ?? null) as Address | null,
    keepers: known.map(({ address, retiredAt }) => ({
      address: address as Address,
      retired: retiredAt !== null,
    })),
    unreadBlocks: unread && { from: unread.fromBlock, to: unread.toBlock, why: unread.why },
    tokensReadTo: new Map(tokens.map(({ token, readTo }) => [token as Address, readTo])),
  }
}

async function transactionRows(db: Queries, hash: Hash): Promise<TransactionRows> {
  const signed = await db
    .select({
      chainId: transactions.chainId,
      step: transactions.step,
      kind: attempts.kind,
      state: transactions.state,
      sweepId: transactions.sweepId,
    })
    .from(attempts)
    .innerJoin(transactions, eq(transactions.key, attempts.transactionKey))
    .where(eq(attempts.hash, hash))
  const sweepIds = signed.map(({ sweepId }) => sweepId)
  const ofSweeps =
    sweepIds.length === 0
      ? []
      : await db
          .select({ id: deposits.id, sweepId: deposits.sweepId })
          .from(deposits)
          .where(inArray(deposits.sweepId, sweepIds))
          .orderBy(deposits.id)
          .limit(most)
  const unread = await db
    .select({
      chainId: unreadTransactions.chainId,
      why: unreadTransactions.why,
      answeredBy: unreadTransactions.answeredBy,
    })
    .from(unreadTransactions)
    .where(eq(unreadTransactions.txHash, hash))
  return {
    deposits: await readDepositViews(db, eq(deposits.txHash, hash), 1_000),
    own: signed.map((one) => ({
      ...one,
      depositIds: ofSweeps.filter(({ sweepId }) => sweepId === one.sweepId).map(({ id }) => id),
    })),
    unread,
  }
}

async function addressRows(db: Queries, chainId: number, address: Address): Promise<AddressRows> {
  const isOfWallet = and(eq(deposits.chainId, chainId), eq(deposits.wallet, address))
  const counts = await db
    .select({ state: deposits.state, reason: deposits.reason, deposits: count() })
    .from(deposits)
    .where(isOfWallet)
    .groupBy(deposits.state, deposits.reason)
    .orderBy(desc(count()))
  const isSender = and(eq(lanes.chainId, chainId), eq(lanes.sender, address))
  const [lane] = await db.select().from(lanes).where(isSender)
  const [external] = await db
    .select({ external: count() })
    .from(externalTransactions)
    .where(and(eq(externalTransactions.chainId, chainId), eq(externalTransactions.sender, address)))
  return {
    deposits: await readDepositViews(db, isOfWallet, most),
    counts,
    lane,
    external: external?.external ?? 0,
  }
}
