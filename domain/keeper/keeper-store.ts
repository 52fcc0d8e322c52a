import type { Transaction } from '../lanes/transaction.ts'
import type { KeeperLevel } from './keeper-capacity.ts'

/**
 * A deposit that waits because the keeper's balance is too low, and the gas money that its wallet
 * lacks.
 */
export interface ParkedForGas {
  readonly depositId: string
  readonly shortWei: bigint
}

/** Database access of the workflow `keeperWatch`. */
export interface KeeperStore {
  /**
   * Returns the keeper's transactions that are not final. They commit a part of its balance (MONEY
   * 7).
   */
  live(chainId: number, keeper: string): Promise<readonly Transaction[]>
  /**
   * Stores the level. If it changed, the same commit writes an event (`keeper.low`, `keeper.empty`
   * or `keeper.recovered`), so that each change is announced once. The first level of a keeper
   * writes no event if it is `ok`. Returns whether the level changed.
   */
  announce(
    chainId: number,
    level: KeeperLevel,
    balance: {
      readonly balanceWei: bigint
      readonly uncommittedWei: bigint
      readonly alertBelowWei: bigint
      /** Cost of one plain transfer at the current gas price. */
      readonly emptyBelowWei: bigint
      readonly keeper: string
    },
  ): Promise<boolean>
  /**
   * Returns the deposits in `waiting(keeper-low)` whose gas is not signed yet: ordered dust last,
   * and otherwise oldest first.
   */
  parked(chainId: number, limit: number): Promise<readonly ParkedForGas[]>
}
