import type { Sql } from 'postgres'

/**
 * Normalizes an address of `userwallet`: lower case, without blanks around it. `asRead` does the
 * same in SQL, so that the key of every watched wallet is found, and a cold wallet with a blank
 * next to it is recognised (MONEY 18).
 */
export function spelt(address: string): string {
  let start = 0
  let end = address.length
  while (start < end && blanks.includes(address.charAt(start))) start += 1
  while (end > start && blanks.includes(address.charAt(end - 1))) end -= 1
  return address.slice(start, end).toLowerCase()
}

/** Spaces, no-break spaces, zero-width spaces, and line ends. */
const blanks = ' \t\n\r\f\v\u00a0\u2007\u202f\u200b\u200c\u200d\ufeff'

/**
 * Maximum length of a cell that is loaded, in bytes. Every address and key is shorter, even with
 * blanks around it, but a cell may hold megabytes.
 */
export const mostBytes = 1_000

/** Returns the SQL of `asRead`, for a statement without parameters. */
export const asReadText = `lower(btrim(address, '${blanks}'))`

/** Returns the SQL that normalizes the column `address` as `spelt` does. */
export function asRead(sql: Sql) {
  return sql`lower(btrim(address, ${blanks}))`
}
