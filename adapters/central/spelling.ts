import type { Sql } from 'postgres'

/**
 * How an address of `userwallet` is read: in lower case, without the blanks around it. The same in JavaScript and in SQL,
 * so that a wallet that is watched has its key found, and a cold wallet with a blank beside it is noticed (MONEY 18).
 */
export function spelt(address: string): string {
  return address.replace(edges, '').toLowerCase()
}

/** Space, no-break space, zero-width ones, and what ends lines. */
const blanks = ' \t\n\r\f\v\u00a0\u2007\u202f\u200b\u200c\u200d\ufeff'
const edges = new RegExp(`^[${blanks}]+|[${blanks}]+$`, 'g')

export function asRead(sql: Sql) {
  return sql`lower(btrim(address, ${blanks}))`
}
