import { and, eq, gte, ne, sql } from 'drizzle-orm'
import { smallerOf } from '../../../domain/amount.ts'
import { deposits, openingBalances, sweeps } from '../../../drizzle/schema.ts'
import type { Queries } from '../queries.ts'
import { walletRows } from './backing-levels.ts'
import { oweDepositEvent } from './deposit-events.ts'
import { noLonger } from './openings.ts'
import { chainOrder, type DepositRow } from './rows.ts'

// A deposit that is found late can be a part of an opening balance (MONEY 25). The scanner notes
// that part when it stores the deposit, and takes it out when it confirms the deposit. A deposit in
// doubt may be rejected, and until then the opening balance stands for the money.

/**
 * Amount that a deposit adds to the opening balances. A deposit that is not confirmed adds nothing
 * for its part that an opening balance contains.
 */
export const beyondOpenings = sql`(${deposits.amount}
  - case when ${deposits.confirmedAt} is null then coalesce(${deposits.openingPart}, 0) else 0 end)`

type Place = Pick<DepositRow, 'wallet' | 'asset' | 'blockNumber'>

/**
 * Returns a function that says whether an opening balance contains a deposit of this place. The
 * caller holds the cursor's lock, so no balance is adopted before its commit. Until the deposit is
 * confirmed, no other balance of its wallet and asset is adopted.
 */
export async function readContained(
  tx: Queries,
  chainId: number,
  found: readonly Place[],
): Promise<(place: Place) => boolean> {
  if (found.length === 0) return () => false
  const openings = await openingsAround(tx, chainId, found)
  return (place) => openings.some((opening) => isBefore(place, opening))
}

/**
 * Takes confirmed deposits that were found late out of the opening balances that contain them, so
 * that no money counts twice. The caller holds the cursor's lock.
 * @param confirmed rows that the commit confirms, in chain order
 */
export async function takeFromOpenings(
  tx: Queries,
  chainId: number,
  confirmed: readonly DepositRow[],
): Promise<void> {
  const late = confirmed.filter(({ openingPart }) => openingPart !== null && openingPart > 0n)
  if (late.length === 0) return
  const locked = await openingsAround(tx, chainId, late).for('update', { of: deposits })
  const openings = [...locked].sort(inOrder)
  const left = new Map(openings.map(({ row }) => [row.id, row.amount]))
  for (const deposit of late) {
    const those = openings.filter((opening) => isBefore(deposit, opening))
    let rest = deposit.openingPart ?? 0n
    // One sweep has moved the whole deposit. Only if no part has room for it is it split.
    const whole = those.find(({ row }) => (left.get(row.id) ?? 0n) >= rest)
    for (const { row } of whole ? [whole] : those) {
      const taken = smallerOf(rest, left.get(row.id) ?? 0n)
      left.set(row.id, (left.get(row.id) ?? 0n) - taken)
      rest -= taken
    }
  }
  for (const { row, opening } of openings) {
    const amount = left.get(row.id) ?? 0n
    if (amount === row.amount) continue
    const detail = `${row.amount - amount} of ${row.amount} (smallest unit) were found as deposits`
    const place = { blockNumber: Number(opening.blockNumber), blockHash: opening.blockHash }
    const told = { ...place, operator: opening.operator, detail, amount: amount.toString() }
    await oweDepositEvent(
      tx,
      row.id,
      'balance.adopted',
      told,
      amount > 0n ? { amount, detail } : { ...noLonger, reason: 'replaced', detail },
    )
  }
}

/** Whether the money of a deposit can be a part of an opening balance. */
const isBefore = (
  { wallet, asset, blockNumber }: Place,
  { row, opening, sweptIn }: Opening,
): boolean =>
  row.wallet === wallet &&
  row.asset === asset &&
  opening.blockNumber >= blockNumber &&
  (sweptIn === null || sweptIn >= blockNumber)

interface Opening {
  readonly row: DepositRow
  readonly opening: typeof openingBalances.$inferSelect
  /** Block of the sweep that covers it. */
  readonly sweptIn: bigint | null
}

/**
 * Query of the opening balances of the deposits' wallets and assets that were read at or above the
 * lowest of their blocks. Almost always none, because deposits are above the blocks of all opening
 * balances.
 */
function openingsAround(tx: Queries, chainId: number, found: readonly Place[]) {
  const lowest = found.map(({ blockNumber }) => blockNumber).reduce(smallerOf)
  return tx
    .select({ row: deposits, opening: openingBalances, sweptIn: sweeps.blockNumber })
    .from(openingBalances)
    .innerJoin(deposits, eq(deposits.id, openingBalances.depositId))
    .leftJoin(sweeps, and(eq(sweeps.id, deposits.sweepId), eq(deposits.covered, true)))
    .where(
      and(
        eq(openingBalances.chainId, chainId),
        gte(openingBalances.blockNumber, lowest),
        ne(deposits.state, 'orphaned'),
        sql`(${openingBalances.wallet}, ${openingBalances.asset}) in (
          select p.wallet, p.asset from ${walletRows(found)})`,
      ),
    )
    .orderBy(...chainOrder)
}

/**
 * Sorts opening balances in the order in which they were adopted; those of one order in the order
 * in which sweeps moved them, unswept ones last.
 */
const inOrder = (a: Opening, b: Opening): number =>
  compare(a.opening.blockNumber, b.opening.blockNumber) ||
  (a.sweptIn === null || b.sweptIn === null
    ? Number(a.sweptIn === null) - Number(b.sweptIn === null)
    : compare(a.sweptIn, b.sweptIn))

const compare = (a: bigint, b: bigint): number => (a === b ? 0 : a < b ? -1 : 1)
