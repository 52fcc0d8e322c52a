import { and, asc, eq, inArray, sql } from 'drizzle-orm'
import type { Hash } from '../../../domain/address.ts'
import type { MeasuredDeposit, SeenDeposit } from '../../../domain/deposits/deposit.ts'
import { formatDepositId, type Position } from '../../../domain/deposits/deposit-id.ts'
import type { OperatorDoubt } from '../../../domain/deposits/doubt.ts'
import type { Match } from '../../../domain/deposits/match-transfers.ts'
import { groupBy } from '../../../domain/lists.ts'
import type { Finds, TransferDifference } from '../../../domain/scan/scan-store.ts'
import { deposits } from '../../../drizzle/schema.ts'
import { chunks } from '../chunks.ts'
import { depositEvent, owe } from '../outbox/events.ts'
import type { Queries } from '../queries.ts'
import { gasOfKeepers } from './gas-of-keepers.ts'
import { type DepositRow, type KnownDeposit, type ListedDeposit, matchRows } from './match-rows.ts'
import { findUnlisted, noteMissing } from './note-missing.ts'

/**
 * Changes to the rows of a transaction: rows to insert, rows that are new or returned, and
 * differences from an earlier read.
 */
interface Work {
  readonly fresh: NewRow[]
  readonly rows: DepositRow[]
  readonly differences: TransferDifference[]
}

type NewRow = typeof deposits.$inferInsert

/**
 * Stores the transfers that a read lists. They are matched by content with the rows of each
 * transaction (domain/deposits/match-transfers.ts).
 * A new transfer gets a row: `detected` in the newest block, `confirming` in an older one. An
 * orphaned deposit returns as `confirming` with the values of its new block, and without the
 * progress it had (MONEY 21). The same applies to an unconfirmed deposit with other content than in
 * its first read, which came from a node that lied (MONEY 20). Any other deposit keeps its id and
 * state; only its place follows the chain.
 * @returns ids of new and returned deposits, whose events are added to the outbox, and
 * contradictions to an earlier read
 */
export async function storeDeposits(
  tx: Queries,
  chainId: number,
  seen: readonly MeasuredDeposit[],
  newest: bigint,
  { reread = [], covered, unread }: Pick<Finds, 'reread' | 'covered' | 'unread'>,
): Promise<{
  readonly detected: readonly string[]
  readonly differences: readonly TransferDifference[]
}> {
  const work: Work = { fresh: [], rows: [], differences: [] }
  const ours = await gasOfKeepers(tx, chainId, seen)
  const credits = seen.filter(({ asset, txHash }) => asset !== 'native' || !ours.has(txHash))
  const seenOf = groupBy(credits, ({ txHash }) => txHash)
  const readOf = new Map(covered?.transactions.map(({ txHash, blockHash }) => [txHash, blockHash]))
  for (const part of chunks([...new Set([...seenOf.keys(), ...readOf.keys()])])) {
    const found = await tx
      .select()
      .from(deposits)
      .where(and(eq(deposits.chainId, chainId), inArray(deposits.txHash, part)))
      .orderBy(asc(deposits.id))
      .for('update')
    const rowsOf = groupBy(found, ({ txHash }) => txHash as Hash)
    for (const hash of part) {
      const listed = seenOf.get(hash) ?? []
      const blockHash = listed[0]?.blockHash ?? readOf.get(hash)
      const matching = matchRows(listed, rowsOf.get(hash) ?? [], blockHash)
      for (const match of matching.matches) await apply(tx, match, newest, work)
      if (covered) work.differences.push(...(await noteMissing(tx, matching.missing, covered)))
    }
  }
  for (const part of chunks(work.fresh)) {
    work.rows.push(...(await tx.insert(deposits).values(part).returning()))
  }
  if (covered)
    work.differences.push(...(await findUnlisted(tx, chainId, reread, { ...covered, unread })))
  await owe(
    tx,
    work.rows.map((row) =>
      depositEvent(row, 'deposit.detected', row.doubt === null ? {} : { doubt: row.doubt }),
    ),
  )
  return { detected: work.rows.map(({ id }) => id), differences: work.differences }
}

async function apply(
  tx: Queries,
  match: Match<ListedDeposit, KnownDeposit>,
  newest: bigint,
  { fresh, rows, differences }: Work,
): Promise<void> {
  const { deposit } = match.seen
  switch (match.kind) {
    case 'known':
      return await follow(tx, match.row.row, deposit)
    case 'new':
      fresh.push(newRow(deposit, match.position, newest))
      return
    case 'returned': {
      const { row } = match.row
      const detail = `the chain included it again in block ${deposit.blockNumber} (${deposit.blockHash}); it was in doubt before`
      rows.push(await revive(tx, row, deposit, (row.doubt as OperatorDoubt) ?? undefined, detail))
      return
    }
    case 'replaces': {
      const { row, standing } = match.row
      rows.push(await revive(tx, row, deposit))
      if (standing !== 'gone') differences.push(replaced(row, deposit))
      return
    }
    case 'extra': {
      const detail = extraWords(deposit, match.before)
      const doubted = { state: 'confirming', doubt, reason: doubt, detail }
      const row = match.row?.row
      if (row) rows.push(await revive(tx, row, deposit, doubt, detail))
      else fresh.push({ ...newRow(deposit, match.position, newest), ...doubted })
      const depositId = row?.id ?? idOf(deposit, match.position)
      differences.push({ kind: 'extra', depositId, detail })
      return
    }
    case 'contradicts':
      differences.push({
        kind: 'contradicts',
        depositId: deposit.id,
        detail: contradictsWords(deposit),
      })
  }
}

const doubt = 'content-differs' as const satisfies OperatorDoubt

const idOf = ({ chainId, txHash }: SeenDeposit, position: Position) =>
  formatDepositId({ chainId, txHash, position })

function newRow(deposit: MeasuredDeposit, position: Position, newest: bigint): NewRow {
  const state = deposit.blockNumber < newest ? 'confirming' : 'detected'
  return { ...deposit, id: idOf(deposit, position), position, state, eventSeq: 1 }
}

async function revive(
  tx: Queries,
  { id, position }: DepositRow,
  seen: MeasuredDeposit,
  inDoubt?: OperatorDoubt,
  detail = '',
): Promise<DepositRow> {
  const [row] = await tx
    .update(deposits)
    .set({
      ...seen,
      ...measuredOf(seen),
      id,
      position,
      state: 'confirming',
      reason: inDoubt ?? '',
      detail: inDoubt ? detail : '',
      doubt: inDoubt ?? null,
      doubtCleared: null,
      since: sql`now()`,
      sweepId: null,
      covered: false,
      confirmedAt: null,
      lastRunAt: null,
      eventSeq: sql`${deposits.eventSeq} + 1`,
    })
    .where(eq(deposits.id, id))
    .returning()
  if (!row) throw new Error(`deposit ${id} is gone although its row was locked`)
  return row
}

/**
 * Keeps the deposit's id. Its place in the block and the transaction follows the newest read,
 * because coverage depends on the place.
 */
async function follow(tx: Queries, row: DepositRow, seen: MeasuredDeposit): Promise<void> {
  const { blockNumber, blockHash, txIndex, logOrder } = seen
  const moved = row.blockHash !== blockHash
  if (!moved && row.txIndex === txIndex && row.logOrder === logOrder) return
  await tx
    .update(deposits)
    .set({
      blockNumber,
      blockHash,
      txIndex,
      logOrder,
      ...(moved ? { ...measuredOf(seen), doubtCleared: null } : {}),
    })
    .where(eq(deposits.id, row.id))
}

function extraWords(
  { amount, sender, wallet, blockNumber, position }: SeenDeposit,
  before: number,
) {
  return `block ${blockNumber} listed this transfer (${amount} from ${sender} to ${wallet}) ${before} times in its transaction when it was read before, and ${before + 1} times or more now (here at ${position}): its list of logs has changed`
}

function replaced(row: DepositRow, seen: SeenDeposit): TransferDifference {
  const detail = `a later read of block ${seen.blockNumber} lists ${seen.amount} from ${seen.sender} to ${seen.wallet} at ${seen.position}, where an earlier one listed ${row.amount} from ${row.sender} to ${row.wallet}: nothing was confirmed, so the later one counts`
  return { kind: 'replaced', depositId: row.id, detail }
}

function contradictsWords({ amount, sender, wallet, blockNumber, txHash }: SeenDeposit) {
  return `a later read of block ${blockNumber} says that transaction ${txHash} itself pays ${amount} from ${sender} to ${wallet}, other than what was stored: nothing is credited from it`
}

/**
 * Balances belong to a block. The balances of another block replace the old balances, even if they
 * could not be read.
 */
function measuredOf({ backing, balanceChange, loggedOut }: MeasuredDeposit) {
  return {
    backing: backing ?? null,
    balanceChange: balanceChange ?? null,
    loggedOut: loggedOut ?? null,
  }
}
