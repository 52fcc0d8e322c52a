import type { BookRows } from './books.ts'
import type { Reconciliation } from './reconciliation.ts'

export interface Books {
  /** Height up to which the scanner has confirmed; null before the first. */
  confirmedHeight(chainId: number): Promise<bigint | null>
  /** In one snapshot of the database. */
  rows(chainId: number, height: bigint): Promise<BookRows>
  /**
   * Keeps the report; a difference also owes its event (`reconcile.difference`), in the same
   * commit.
   */
  store(report: Reconciliation): Promise<void>
}
