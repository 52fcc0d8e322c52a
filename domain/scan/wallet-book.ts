import type { Address } from '../address.ts'

export interface WalletBatch {
  /** Lower-case; repeats possible. */
  readonly addresses: readonly Address[]
  /** Rows of this batch that hold no address. */
  readonly unreadable: number
}

/**
 * Addresses of the central database. It has no order and no time, so it is read whole; the rows'
 * keys are never read here.
 */
export interface WalletBook {
  /**
   * The whole table in batches, from one snapshot. Throws `DatabaseUnreachable` or
   * `DatabaseRefused`, also half-way.
   */
  addresses(): AsyncIterable<WalletBatch>
}
