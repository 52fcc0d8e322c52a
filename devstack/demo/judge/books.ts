import postgres from 'postgres'
import type { Asset } from '../script/assets.ts'
import { formatAmount } from '../script/format.ts'
import type { AssetLedger, Check } from './ledger.ts'

/**
 * Sums of one asset from coldsweep's own tables. Amounts are in the smallest unit, gas is in wei.
 */
export interface Book {
  deposits: number
  deposited: bigint
  arrived: bigint
  gasWei: bigint
}

/** Reads the sums from coldsweep's database: one entry per asset, in the given order. */
export async function readBooks(database: string, assets: readonly Asset[]): Promise<Book[]> {
  const sql = postgres(database, { max: 1, onnotice: () => {} })
  try {
    const books: Book[] = []
    for (const { token } of assets) {
      const asset = token ?? 'native'
      const [row] = await sql<Record<'deposits' | 'deposited' | 'arrived' | 'gas', string>[]>`
        select
          (select count(*) from deposits where asset = ${asset} and state <> 'orphaned')::text as deposits,
          (select coalesce(sum(amount), 0) from deposits where asset = ${asset} and state <> 'orphaned')::text as deposited,
          (select coalesce(sum(arrived_amount), 0) from sweeps where asset = ${asset} and outcome = 'swept')::text as arrived,
          (select coalesce(sum(gas_spent_wei), 0) from sweeps where asset = ${asset} and outcome = 'swept')::text as gas`
      if (!row) throw new Error('a select of sums answered no row')
      books.push({
        deposits: Number(row.deposits),
        deposited: BigInt(row.deposited),
        arrived: BigInt(row.arrived),
        gasWei: BigInt(row.gas),
      })
    }
    return books
  } finally {
    await sql.end({ timeout: 1 })
  }
}

/**
 * Checks that coldsweep's own rows have the same sums as the chain. An unlisted token must have no
 * rows.
 */
export function bookChecks(
  assets: readonly Asset[],
  ledgers: readonly AssetLedger[],
  books: readonly Book[],
): Check[] {
  return assets.flatMap(({ symbol, decimals, min }, index): Check[] => {
    const [ledger, book] = [ledgers[index], books[index]]
    if (!ledger || !book) return []
    const line = `${symbol} rows`
    if (min === undefined)
      return [
        {
          line,
          says: `${book.deposits} deposits of an unlisted token`,
          holds: book.deposits === 0,
        },
      ]
    const show = (amount: bigint) => formatAmount(amount, decimals)
    return [
      {
        line,
        says: `coldsweep's own: ${show(book.deposited)} deposited, ${show(book.arrived)} arrived, ${formatAmount(book.gasWei, 18)} ETH gas`,
        holds:
          book.deposited === ledger.deposited &&
          book.arrived === ledger.inCold &&
          book.gasWei === ledger.gasWei,
      },
    ]
  })
}
