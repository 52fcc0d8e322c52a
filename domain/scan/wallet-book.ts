import type { Address } from '../address.ts'

/** A batch of rows of the table `userwallet`. */
export interface WalletBatch {
  /** Addresses in lower case. The same address may occur more than once. */
  readonly addresses: readonly Address[]
  /** Number of rows of this batch without a valid address. */
  readonly unreadable: number
}

/**
 * Reads the wallets' addresses from the central database. The table `userwallet` has no order and
 * no timestamps, so each reading reads the whole table. The private keys of the rows are not read
 * here.
 */
export interface WalletBook {
  /**
   * Returns the whole table in batches, from one snapshot. Throws `CentralDatabaseUnreachable` or
   * `CentralDatabaseRefused`, possibly after some batches.
   */
  addresses(): AsyncIterable<WalletBatch>
}
