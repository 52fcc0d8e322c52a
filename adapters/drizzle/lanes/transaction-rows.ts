import { and, asc, eq, getTableColumns, gt, inArray, or, type SQL, sql } from 'drizzle-orm'
import type { Address, Hash, Hex } from '../../../domain/address.ts'
import type { SendRefusal } from '../../../domain/lanes/send-refusal.ts'
import type { Attempt, Mined, Step, Transaction } from '../../../domain/lanes/transaction.ts'
import { attempts, transactions } from '../../../drizzle/schema.ts'
import type { Queries } from '../queries.ts'

type Row = typeof transactions.$inferSelect
type AttemptRow = typeof attempts.$inferSelect

/**
 * MONEY 15: the cost limit of ordered dust. It ends when a user's deposit waits for the wallet,
 * because the signed sweep has to be finished first.
 */
const limitNow = sql<bigint | null>`case when cost_limit_wei is not null and not exists (
  select 1 from deposits d
  where d.chain_id = transactions.chain_id and d.wallet = transactions.sender
    and d.dust_order_id is null and d.confirmed_at is not null and not d.covered
    and d.state not in ('done', 'ignored', 'orphaned')
) then cost_limit_wei end`.mapWith(transactions.costLimitWei)

/** Reads transactions in the given order, each with its attempts, oldest attempt first. */
export async function readTransactions(
  db: Queries,
  where: SQL | undefined,
  orderBy: readonly SQL[],
): Promise<readonly Transaction[]> {
  const rows = await db
    .select({ ...getTableColumns(transactions), costLimitWei: limitNow })
    .from(transactions)
    .where(where)
    .orderBy(...orderBy)
  if (rows.length === 0) return []
  const versions = await db
    .select()
    .from(attempts)
    .where(
      inArray(
        attempts.transactionKey,
        rows.map((row) => row.key),
      ),
    )
    .orderBy(asc(attempts.number))
  const byKey = new Map<string, AttemptRow[]>()
  for (const version of versions) {
    byKey.set(version.transactionKey, [...(byKey.get(version.transactionKey) ?? []), version])
  }
  return rows.map((row) => toTransaction(row, byKey.get(row.key) ?? []))
}

export function roundsOf(
  db: Queries,
  sweepId: string,
  step: Step,
): Promise<readonly Transaction[]> {
  return readTransactions(db, and(eq(transactions.sweepId, sweepId), eq(transactions.step, step)), [
    asc(transactions.round),
  ])
}

export function transactionsOfSweep(db: Queries, sweepId: string): Promise<readonly Transaction[]> {
  return readTransactions(db, eq(transactions.sweepId, sweepId), [asc(transactions.createdAt)])
}

const isOfLane = (chainId: number, sender: string) =>
  and(eq(transactions.chainId, chainId), eq(transactions.sender, sender))

export function liveOfLane(
  db: Queries,
  chainId: number,
  sender: string,
): Promise<readonly Transaction[]> {
  return readTransactions(db, and(isOfLane(chainId, sender), eq(transactions.state, 'live')), [
    asc(transactions.nonce),
  ])
}

/**
 * Returns the lane's live transactions, and its ended transactions that were mined above the block.
 */
export function notFinalOfLane(
  db: Queries,
  chainId: number,
  sender: string,
  afterBlock: bigint,
): Promise<readonly Transaction[]> {
  return readTransactions(
    db,
    and(
      isOfLane(chainId, sender),
      or(eq(transactions.state, 'live'), gt(transactions.minedBlock, afterBlock)),
    ),
    [asc(transactions.nonce)],
  )
}

/**
 * Returns the live transactions of a chain: gas before sweeps, and then by sender and nonce. After
 * a reorg, gas is therefore sent before the sweeps that it pays for (MONEY 5).
 */
export function liveOfChain(db: Queries, chainId: number): Promise<readonly Transaction[]> {
  return readTransactions(
    db,
    and(eq(transactions.chainId, chainId), eq(transactions.state, 'live')),
    [sql`${transactions.step} = 'sweep'`, asc(transactions.sender), asc(transactions.nonce)],
  )
}

function toTransaction(row: Row, versions: readonly AttemptRow[]): Transaction {
  return {
    key: row.key,
    sweepId: row.sweepId,
    step: row.step as Step,
    round: row.round,
    chainId: row.chainId,
    sender: row.sender as Address,
    nonce: row.nonce,
    to: row.to as Address,
    valueWei: row.valueWei,
    data: row.data as Hex,
    gasLimit: row.gasLimit,
    feeCapWei: row.feeCapWei,
    l1FeeWei: row.l1FeeWei,
    costLimitWei: row.costLimitWei,
    cancelReason: row.cancelReason,
    state: row.state as Transaction['state'],
    refusal:
      row.refusalReason === null
        ? null
        : { reason: row.refusalReason as SendRefusal['reason'], detail: row.refusalDetail ?? '' },
    mined: toMined(row),
    attempts: versions.map((version) => toAttempt(version, row.gasLimit)),
  }
}

function toMined(row: Row): Mined | null {
  if (row.minedBlock === null || row.minedHash === null || row.minedBlockHash === null) return null
  return {
    hash: row.minedHash as Hash,
    blockNumber: row.minedBlock,
    blockHash: row.minedBlockHash as Hash,
    txIndex: row.minedTxIndex ?? 0,
    ok: row.minedOk ?? false,
    gasUsed: row.gasUsed ?? 0n,
    gasPriceWei: row.gasPriceWei ?? 0n,
    l1FeeWei: row.minedL1FeeWei ?? 0n,
  }
}

function toAttempt(row: AttemptRow, gasLimit: bigint): Attempt {
  return {
    hash: row.hash as Hash,
    kind: row.kind === 'cancel' ? 'cancel' : 'send',
    number: row.number,
    raw: `0x${Buffer.from(row.raw).toString('hex')}`,
    valueWei: row.valueWei,
    signedBlock: row.signedBlock,
    maxFeeWei: row.maxFeeWei,
    maxPriorityFeeWei: row.maxPriorityFeeWei,
    gasLimit: row.gasLimit ?? gasLimit,
    lastSentAt: row.lastSentAt,
    unheld: row.unheld,
    lastError: row.lastError,
  }
}
