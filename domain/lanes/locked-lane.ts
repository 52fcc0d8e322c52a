import type { Address, Hex } from '../address.ts'
import type { AssetId } from '../chains/asset.ts'
import type { BudgetHit, Spending } from '../chains/budget.ts'
import type { SignedFees } from '../chains/fees.ts'
import type { Halt } from '../deposits/halt.ts'
import type { HeldCoin } from '../deposits/usable-coin.ts'
import type { SignedTransaction, Step, Transaction } from './transaction.ts'

/** A new transaction with its first attempt. */
export interface NewTransaction {
  readonly sweepId: string
  readonly step: Step
  readonly round: number
  readonly nonce: bigint
  readonly to: Address
  readonly valueWei: bigint
  readonly data: Hex
  readonly fees: SignedFees
  readonly feeCapWei: bigint
  readonly l1FeeWei: bigint
  /** @default null, which limits nothing */
  readonly costLimitWei?: bigint | null
  readonly signed: SignedTransaction
  /** Height of the head at the signature. A bump is due some blocks after this height (MONEY 8). */
  readonly signedBlock: bigint
  /**
   * Block at which a sweep's balance was read. Deposits after this block are not in the sweep
   * (MONEY 11). null for gas.
   */
  readonly balanceBlock: bigint | null
  /** Drains only: the sender's balance that was read, from which its rest is known afterwards. */
  readonly senderBalanceWei?: bigint
}

/** Another attempt of a live transaction on the same nonce. */
export interface NewAttempt {
  readonly kind: 'send' | 'cancel'
  readonly valueWei: bigint
  readonly fees: SignedFees
  /** L1 fee of this attempt, which replaces the transaction's L1 fee. */
  readonly l1FeeWei: bigint
  readonly signed: SignedTransaction
  readonly signedBlock: bigint
}

/** Spending of a lane (MONEY 29), for the budgets of one sweep. */
export interface LaneSpending {
  /** Asset of the sweep. */
  readonly asset: AssetId
  /** Amount that the sweep is planned to move, in the smallest unit; 0 without a plan. */
  readonly amount: bigint
  /** All costs of the lane: for a keeper's lane, those of all keepers of the chain. */
  readonly ofLane: Spending
  /** The part for sweeps of that asset. */
  readonly ofAsset: Spending
}

/** Sweeps of one wallet and asset that were signed in the last 24 hours. */
export interface WalletSweeps {
  readonly count: number
  /** An hour after the newest of them; null if that is not ahead. */
  readonly freeAt: Date | null
}

/**
 * A lane while its row is locked. All data that its methods read is valid until the commit (MONEY
 * 1).
 */
export interface LockedLane {
  readonly nextNonce: bigint
  readonly holderSweepId: string | null
  readonly closedReason: string | null
  /**
   * Returns why a transaction of this sender may be external: the scanner recorded it, and nobody
   * has adopted it (MONEY 22). undefined without such a transaction.
   */
  unexplained(): Promise<string | undefined>
  /**
   * Closes the lane, so that nothing is signed on it until `recover` opens it. A lane that is
   * already closed keeps its first reason.
   */
  close(reason: string): Promise<void>
  /**
   * Returns the transactions whose costs a balance at this block may not include (MONEY 7), in
   * nonce order: transactions that are not final, and transactions that are mined above the block.
   * The second group matters because a node that lags may be below blocks that the lane loop
   * already knows as final.
   */
  notFinal(afterBlock: bigint): Promise<readonly Transaction[]>
  /**
   * Returns whether the sweep is open. Locks the sweep's row until the commit, so that nobody
   * closes the sweep during the signature.
   */
  isSweepOpen(sweepId: string): Promise<boolean>
  /**
   * Returns why nothing may be signed for the sweep (MONEY 16, 18): a hold, or a change of the cold
   * wallet or of the keeper, that came after the plan. The halt is read in this commit, and no
   * other commit can add a halt until this commit has ended.
   */
  haltOf(sweepId: string, coldWallet: Address): Promise<Halt | undefined>
  /** Native deposits of this sender that token sweeps may not spend (`SweepStore.heldCoin`). */
  heldCoin(): Promise<HeldCoin>
  /**
   * Why this sender may not be drained to the address; undefined if it may. It is a retired keeper
   * of the chain, the address is the registered current keeper or cold wallet, and the chain is not
   * paused. Read in this commit, like `haltOf`.
   */
  drainHaltOf(orderId: string, to: Address, coldWallet: Address): Promise<string | undefined>
  /**
   * Returns what was spent in the last 60 minutes and 24 hours. A keeper's lane counts the gas
   * money and fees of the chain's keepers, a wallet's lane the fees of the wallet's own sweeps.
   */
  spending(sweepId: string): Promise<LaneSpending>
  /** Sweeps of one wallet and of the asset of this sweep in the last 24 hours (MONEY 30). */
  sweepsOfDay(wallet: Address, sweepId: string): Promise<WalletSweeps>
  /** Returns when so much of the spending has left the window of the budget. */
  budgetFreeAt(
    hit: Pick<BudgetHit, 'scope' | 'window'>,
    leaving: { readonly excessWei: bigint; readonly asset: AssetId },
  ): Promise<Date | undefined>
  /** Rounds of one step of a sweep, oldest first. */
  rounds(sweepId: string, step: Step): Promise<readonly Transaction[]>
  /** Inserts the transaction and advances the lane's next nonce. */
  insert(transaction: NewTransaction): Promise<Transaction>
  /** Reads one transaction of the lane again. */
  find(key: string): Promise<Transaction | undefined>
  /** Adds an attempt with the next number to a live transaction. */
  append(key: string, attempt: NewAttempt): Promise<Transaction>
}
