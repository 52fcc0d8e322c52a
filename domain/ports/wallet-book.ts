import type { Address } from '../address.ts'

/** Addresses of the central database. It has no order and no time, so it is read whole; the rows' keys are never read here. */
export interface WalletBook {
  /** Batches of lower-case addresses, repeats possible; rows that hold no address are counted and left out. */
  addresses(): AsyncIterable<readonly Address[]>
}
