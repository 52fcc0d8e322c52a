import type { Sql } from 'postgres'
import { type Address, isAddress } from '../../domain/address.ts'
import { CentralDatabaseUnreachable } from '../../domain/errors.ts'
import type { WalletBatch, WalletBook } from '../../domain/scan/wallet-book.ts'
import { withTimeout } from '../../runtime/timeout.ts'
import { translateCentralError } from './errors.ts'
import { mostBytes, spelt } from './spelling.ts'

const batchSize = 10_000

/**
 * Reads the one column `address`: a key never enters this process's memory. Each reading has a
 * connection and a cursor of its own and ends with an error if it does not reach the end: the
 * driver's own cursor (postgres 3.4.9) takes a lost connection for the table's end, which would
 * pass a part of the wallets off as all.
 * @param open one connection, for one reading
 */
export function createWalletBook(
  open: () => Sql,
  options: { readonly answerWithinMs?: number } = {},
): WalletBook {
  const { answerWithinMs = 10_000 } = options
  return {
    async *addresses() {
      const sql = open()
      const late = () =>
        new CentralDatabaseUnreachable(`the central database is silent for ${answerWithinMs} ms`)
      const ask = <T>(work: PromiseLike<T>) => withTimeout(work, answerWithinMs, late)
      try {
        await ask(sql`begin isolation level repeatable read read only`)
        await ask(sql`
          declare wallet_book no scroll cursor for
          select case when octet_length(address::text) <= ${sql.unsafe(String(mostBytes))} then address end as address
          from userwallet`)
        for (;;) {
          const rows = await ask(
            sql<
              { address: string | null }[]
            >`fetch forward ${sql.unsafe(String(batchSize))} from wallet_book`,
          )
          if (rows.length === 0) return
          yield readBatch(rows)
        }
      } catch (error) {
        throw translateCentralError(error)
      } finally {
        // At once: a statement that hangs ends with its connection.
        await sql.end({ timeout: 0 })
      }
    },
  }
}

/**
 * Addresses match whatever their case. Spaces around one are forgiven; anything else that is no
 * address is counted.
 */
export function readBatch(rows: readonly { readonly address: string | null }[]): WalletBatch {
  const addresses: Address[] = []
  for (const { address } of rows) {
    const text = spelt(address ?? '')
    if (isAddress(text)) addresses.push(text)
  }
  return { addresses, unreadable: rows.length - addresses.length }
}
