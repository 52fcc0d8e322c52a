import type { Address, Hex } from '../address.ts'
import type { SignedFees } from '../chains/fees.ts'
import type { Halt } from '../deposits/halt.ts'
import type { SignedTransaction, Step, Transaction } from './transaction.ts'

/** A transaction about to be born, with its first attempt. */
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
  readonly signed: SignedTransaction
  /** Head when it was signed: a bump is due some blocks later (MONEY 8). */
  readonly signedBlock: bigint
  /**
   * Block of the balance that it moves: deposits after it are not in it (MONEY 11). null for gas.
   */
  readonly balanceBlock: bigint | null
}

/** Another attempt of a live transaction, on its own nonce. */
export interface NewAttempt {
  readonly kind: 'send' | 'cancel'
  readonly valueWei: bigint
  readonly fees: SignedFees
  /** The transaction's from now on. */
  readonly l1FeeWei: bigint
  readonly signed: SignedTransaction
  readonly signedBlock: bigint
}

/** A lane while its row is locked: what is read here stays true until the commit (MONEY 1). */
export interface LockedLane {
  readonly nextNonce: bigint
  readonly holderSweepId: string | null
  readonly closedReason: string | null
  /**
   * Why a transaction of this sender that the scanner noted, and nobody adopted, is not known to be
   * ours (MONEY 22).
   */
  unexplained(): Promise<string | undefined>
  /**
   * Nothing is signed on it from this commit on, until `recover`. A lane that is closed keeps its
   * first reason.
   */
  close(reason: string): Promise<void>
  /**
   * Not final yet, or mined above the block: all that a balance read there may not show (MONEY
   * 7), in nonce order. A node that lags is behind what the lane loop has seen become final.
   */
  notFinal(afterBlock: bigint): Promise<readonly Transaction[]>
  /**
   * Whether the sweep is open; its row stays locked until the commit, so that it is not closed
   * while it signs.
   */
  isOpen(sweepId: string): Promise<boolean>
  /**
   * Why nothing may be signed for the sweep, read in this commit (MONEY 16, 18): a hold or a change
   * of the cold wallet that came after its plan, or a keeper that has retired. None is written
   * while this commit lasts.
   */
  halted(sweepId: string, coldWallet: Address): Promise<Halt | undefined>
  /** One sweep's one step, oldest first. */
  rounds(sweepId: string, step: Step): Promise<readonly Transaction[]>
  /** Inserts it and moves the next nonce. */
  insert(transaction: NewTransaction): Promise<Transaction>
  /** One of the lane's transactions, as it is now. */
  find(key: string): Promise<Transaction | undefined>
  /** Adds an attempt with the next number. */
  append(key: string, attempt: NewAttempt): Promise<Transaction>
}
