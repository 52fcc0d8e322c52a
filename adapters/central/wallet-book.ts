import type { Sql } from 'postgres'
import { type Address, isAddress } from '../../domain/address.ts'
import { CentralDatabaseUnreachable } from '../../domain/errors.ts'
import type { WalletBatch, WalletBook } from '../../domain/scan/wallet-book.ts'
import { readByCursor } from '../postgres/read-by-cursor.ts'
import { translateCentralError } from './errors.ts'
import { mostBytes, spelt } from './spelling.ts'

const batchSize = 10_000

interface AddressRow {
  readonly address: string | null
}

const select = `
  select case when octet_length(address::text) <= ${mostBytes} then address end as address
  from userwallet`

/**
 * Creates the reader of all wallet addresses in `userwallet`. It reads only the column `address`,
 * so that a key never enters this process's memory. Each read of the table has a separate
 * connection. A read rejects unless it reaches the end of the table, so that a part of the wallets
 * is not taken for all wallets.
 * @param open opens one connection for one read of the table
 */
export function createWalletBook(
  open: () => Sql,
  options: { readonly answerWithinMs?: number } = {},
): WalletBook {
  const { answerWithinMs = 10_000 } = options
  const late = () =>
    new CentralDatabaseUnreachable(`the central database is silent for ${answerWithinMs} ms`)
  const reading = { batchSize, limit: { ms: answerWithinMs, late } }
  return {
    async *addresses() {
      try {
        for await (const rows of readByCursor<AddressRow>(open(), select, reading))
          yield readBatch(rows)
      } catch (error) {
        throw translateCentralError(error)
      }
    },
  }
}

/**
 * Accepts addresses in any case and with blanks around them. Any other text is counted as
 * unreadable.
 */
export function readBatch(rows: readonly AddressRow[]): WalletBatch {
  const addresses: Address[] = []
  for (const { address } of rows) {
    const text = spelt(address ?? '')
    if (isAddress(text)) addresses.push(text)
  }
  return { addresses, unreadable: rows.length - addresses.length }
}
