import type { Transaction } from '../lanes/transaction.ts'
import type { KeeperLevel } from './keeper-capacity.ts'

/** A deposit that waits for the keeper's balance, and the cost of its gas. */
export interface ParkedForGas {
  readonly depositId: string
  readonly shortWei: bigint
}

/** Rows that keeperWatch reads, and the level that it announces. */
export interface KeeperStore {
  /** The keeper's transactions that are not final: they commit part of its balance (MONEY 7). */
  live(chainId: number, keeper: string): Promise<readonly Transaction[]>
  /**
   * Stores the level. A change writes its event (`keeper.low`, `keeper.empty`, `keeper.recovered`)
   * in the same commit, so each is sent once. Returns whether the level changed. The first reading
   * of a healthy keeper announces nothing.
   */
  announce(
    chainId: number,
    level: KeeperLevel,
    balance: {
      readonly balanceWei: bigint
      readonly uncommittedWei: bigint
      readonly alertBelowWei: bigint
      readonly keeper: string
    },
  ): Promise<boolean>
  /** Deposits in `waiting(keeper-low)` whose gas is not signed yet, oldest first. */
  parked(chainId: number, limit: number): Promise<readonly ParkedForGas[]>
}
