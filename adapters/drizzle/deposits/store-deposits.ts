import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Hash } from '../../../domain/address.ts'
import { smallerOf } from '../../../domain/amount.ts'
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
import { chainOrder } from './rows.ts'
import { readContained } from './take-from-openings.ts'

/**
 * Changes that a call of `storeDeposits` collects: rows to insert, rows that are new or returned,
 * and differences from an earlier read.
 */
interface Work {
  readonly fresh: NewRow[]
  readonly rows: DepositRow[]
  readonly differences: TransferDifference[]
  /** The part of an amount that an opening balance contains; null if none contains it. */
  readonly openingPart: (deposit: SeenDeposit, amount?: bigint) => bigint | null
}

type NewRow = typeof deposits.$inferInsert

/**
 * Stores the transfers that a read of blocks lists. They are matched by content with the rows of
 * each transaction (domain/deposits/match-transfers.ts).
 * A new transfer gets a row: `detected` in the newest block, `confirming` in an older one. An
 * orphaned deposit returns as `confirming` with the values of its new block, and without the
 * progress it had (MONEY 21). An unconfirmed deposit is replaced in the same way if its position
 * now has other content, because its first read came from a node that lied (MONEY 20). Any other
 * deposit keeps its id and state; only its place follows the chain.
 * @returns ids of new and returned deposits, whose events are added to the outbox, and
 * contradictions to an earlier read
 */
export async function storeDeposits(
  tx: Queries,
  chainId: number,
  seen: readonly MeasuredDeposit[],
  newest: bigint,
  { reread = [], scope, unread }: Pick<Finds, 'reread' | 'scope' | 'unread'>,
): Promise<{
  readonly detected: readonly string[]
  readonly differences: readonly TransferDifference[]
}> {
  const ours = await gasOfKeepers(tx, chainId, seen)
  const credits = seen.filter(({ asset, txHash }) => asset !== 'native' || !ours.has(txHash))
  const contains = await readContained(tx, chainId, credits)
  const openingPart: Work['openingPart'] = (deposit, amount = deposit.amount) =>
    contains(deposit) ? amount : null
  const work: Work = { fresh: [], rows: [], differences: [], openingPart }
  const seenOf = groupBy(credits, ({ txHash }) => txHash)
  const readOf = new Map(scope?.transactions.map(({ txHash, blockHash }) => [txHash, blockHash]))
  for (const part of chunks([...new Set([...seenOf.keys(), ...readOf.keys()])])) {
    const found = await tx
      .select()
      .from(deposits)
      .where(and(eq(deposits.chainId, chainId), inArray(deposits.txHash, part)))
      .orderBy(...chainOrder)
      .for('update')
    const rowsOf = groupBy(found, ({ txHash }) => txHash as Hash)
    for (const hash of part) {
      const listed = seenOf.get(hash) ?? []
      const blockHash = listed[0]?.blockHash ?? readOf.get(hash)
      const matching = matchRows(listed, rowsOf.get(hash) ?? [], blockHash)
      for (const match of matching.matches) await apply(tx, match, newest, work)
      if (scope) work.differences.push(...(await noteMissing(tx, matching.missing, scope)))
    }
  }
  for (const part of chunks(work.fresh)) {
    work.rows.push(...(await tx.insert(deposits).values(part).returning()))
  }
  if (scope)
    work.differences.push(...(await findUnlisted(tx, chainId, reread, { ...scope, unread })))
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
  { fresh, rows, differences, openingPart }: Work,
): Promise<void> {
  const { deposit } = match.seen
  const part = openingPart(deposit)
  switch (match.kind) {
    case 'known':
      return await follow(tx, match.row.row, deposit)
    case 'new':
      fresh.push({ ...newRow(deposit, match.position, newest), openingPart: part })
      return
    case 'returned': {
      const { row } = match.row
      const detail = `the chain included it again in block ${deposit.blockNumber} (${deposit.blockHash}); it was in doubt before`
      const doubted = (row.doubt as OperatorDoubt) ?? undefined
      rows.push(await revive(tx, row, deposit, part, doubted, detail))
      return
    }
    case 'replaces': {
      const { row, standing } = match.row
      const replacedPart =
        standing === 'gone' ? part : openingPart(deposit, deposit.amount - countedOf(row, deposit))
      rows.push(await revive(tx, row, deposit, replacedPart))
      if (standing !== 'gone') differences.push(replaced(row, deposit))
      return
    }
    case 'extra': {
      const detail = extraWords(deposit, match.before)
      const doubted = { state: 'confirming', doubt, reason: doubt, detail }
      const row = match.row?.row
      if (row) rows.push(await revive(tx, row, deposit, part, doubt, detail))
      else
        fresh.push({
          ...newRow(deposit, match.position, newest),
          ...doubted,
          openingPart: part,
        })
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
  openingPart: bigint | null,
  inDoubt?: OperatorDoubt,
  detail = '',
): Promise<DepositRow> {
  const [row] = await tx
    .update(deposits)
    .set({
      ...seen,
      ...measuredOf(seen),
      openingPart,
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
 * Moves a known deposit to the place in block and transaction that the newest read lists, because
 * coverage depends on the place. The deposit keeps its id.
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

/** The part of a transfer that its row has counted in addition to opening balances. */
const countedOf = (row: DepositRow, { wallet, asset, amount }: SeenDeposit): bigint =>
  row.wallet === wallet && row.asset === asset
    ? smallerOf(amount, row.amount - (row.openingPart ?? 0n))
    : 0n

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
 * Returns the measured balances of the deposit's new block. They replace the balances of the old
 * block, even if they could not be read.
 */
function measuredOf({ backing, balanceChange, loggedOut }: MeasuredDeposit) {
  return {
    backing: backing ?? null,
    balanceChange: balanceChange ?? null,
    loggedOut: loggedOut ?? null,
  }
}
