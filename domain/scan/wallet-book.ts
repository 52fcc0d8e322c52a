import type { Address } from '../address.ts'

/** A batch of rows of the table `userwallet`. */
export interface WalletBatch {
  /** Addresses in lower case. The same address may occur more than once. */
  readonly addresses: readonly Address[]
  /** Number of rows of this batch without a valid address. */
  readonly unreadable: number
}

/**
 * Addresses of the central database. Its table has no order and no timestamps, so it is always read
 * completely. The private keys of the rows are not read here.
 */
export interface WalletBook {
  /**
   * The whole table in batches, from one snapshot. Throws `CentralDatabaseUnreachable` or
   * `CentralDatabaseRefused`, possibly after some batches.
   */
  addresses(): AsyncIterable<WalletBatch>
}
