import type { Transaction } from '../lanes/transaction.ts'

export type KeeperLevel = 'ok' | 'low' | 'empty'

/** A deposit parked for want of keeper's coin, and what its gas would cost. */
export interface ParkedForGas {
  readonly depositId: string
  readonly shortWei: bigint
}

/** What keeperWatch knows and announces. */
export interface KeeperBook {
  /**
   * Keeper's transactions that are not at depth, to tell what of its balance is promised (MONEY 7).
   */
  live(chainId: number, keeper: string): Promise<readonly Transaction[]>
  /**
   * Stores the level; a change writes its event (`keeper.low`, `keeper.empty`, `keeper.recovered`)
   * in the same commit, so that each is told once. Returns whether it changed. The first look at a
   * healthy keeper announces nothing.
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
