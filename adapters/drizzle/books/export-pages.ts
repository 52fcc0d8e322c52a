import { type SQL, sql } from 'drizzle-orm'
import type { ExportRange } from '../../../domain/books/export-store.ts'

/** The key of a row: its time as PostgreSQL writes it, and its id. */
export interface RowKey {
  readonly at: string
  readonly id: string
}

export interface Page {
  readonly range: ExportRange
  /** Key of the last row of the page before; undefined for the first page. */
  readonly after: RowKey | undefined
  readonly limit: number
}

/** Reads one page in the order of the keys. */
export type PageReader<Row> = (
  page: Page,
) => Promise<readonly { readonly key: RowKey; readonly row: Row }[]>

/** Reads all pages. A row is found by its key, so rows that other commits add move no page. */
export async function* readPages<Row>(
  range: ExportRange,
  limit: number,
  read: PageReader<Row>,
): AsyncGenerator<readonly Row[]> {
  for (let after: RowKey | undefined; ; ) {
    const found = await read({ range, after, limit })
    if (found.length > 0) yield found.map(({ row }) => row)
    if (found.length < limit) return
    after = found.at(-1)?.key
  }
}

/** Condition for the rows of a page. The columns are named in SQL, because pages use raw SQL. */
export function onPage(at: SQL, id: SQL, chain: SQL, { range, after }: Page): SQL {
  const { from, to, chainId } = range
  const ofChain = chainId === undefined ? sql`true` : sql`${chain} = ${chainId}`
  const isAfter =
    after === undefined
      ? sql`${at} >= ${from}::timestamptz`
      : sql`(${at}, ${id}) > (${after.at}::timestamptz, ${after.id})`
  return sql`${at} < ${to}::timestamptz and ${isAfter} and ${ofChain}`
}

/** RFC 3339 in UTC, with the microseconds of the row. */
export const rfc3339 = (at: SQL) =>
  sql`to_char(${at} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`

export const optionalBigint = (digits: string | null) => (digits === null ? null : BigInt(digits))
