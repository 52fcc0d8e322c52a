import type { Sql } from 'postgres'
import { type Address, isAddress } from '../../domain/address.ts'
import type { WalletBatch, WalletBook } from '../../domain/ports/wallet-book.ts'
import { translateCentralError } from './errors.ts'

const batchSize = 10_000

/** Reads the one column `address`: a key never enters this process's memory. */
export function createWalletBook(sql: Sql): WalletBook {
  return {
    async *addresses() {
      try {
        const rows = sql<{ address: string | null }[]>`select address from userwallet`
        for await (const batch of rows.cursor(batchSize)) yield readBatch(batch)
      } catch (error) {
        throw translateCentralError(error)
      }
    },
  }
}

/** Addresses match whatever their case. Spaces around one are forgiven; anything else that is no address is counted. */
export function readBatch(rows: readonly { readonly address: string | null }[]): WalletBatch {
  const addresses: Address[] = []
  for (const { address } of rows) {
    const text = address?.trim().toLowerCase() ?? ''
    if (isAddress(text)) addresses.push(text)
  }
  return { addresses, unreadable: rows.length - addresses.length }
}
