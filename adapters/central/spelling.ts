import type { Sql } from 'postgres'

/**
 * How an address of `userwallet` is read: in lower case, without the blanks around it. The same in
 * JavaScript and in SQL, so that a wallet that is watched has its key found, and a cold wallet with
 * a blank next to it is noticed (MONEY 18).
 */
export function spelt(address: string): string {
  let start = 0
  let end = address.length
  while (start < end && blanks.includes(address.charAt(start))) start += 1
  while (end > start && blanks.includes(address.charAt(end - 1))) end -= 1
  return address.slice(start, end).toLowerCase()
}

/** Space, no-break space, zero-width ones, and what ends lines. */
const blanks = ' \t\n\r\f\v\u00a0\u2007\u202f\u200b\u200c\u200d\ufeff'

/**
 * No address and no key is as long, with all blanks around it. A longer cell is not loaded: a table
 * may hold megabytes in one.
 */
export const mostBytes = 1_000

export function asRead(sql: Sql) {
  return sql`lower(btrim(address, ${blanks}))`
}
