import type { Address, Hash } from '../address.ts'
import type { WakeUp } from '../deposits/sweep-runs.ts'
import type { LockedLane } from './locked-lane.ts'
import type { SendRefusal } from './send-refusal.ts'
import type { Mined, Transaction, TransactionEnd } from './transaction.ts'

/** A wake-up that is due: the condition that the workflow waits for is now true. */
export interface DueWakeUp {
  readonly workflowId: string
  readonly wakeUp: WakeUp
}

/** Result of recording the end of a transaction. */
export interface Ended {
  /**
   * Ids of the deposits that are no longer covered because of this end. Each deposit raises an
   * alarm.
   */
  readonly uncovered: readonly string[]
  /** Asset of the transaction's sweep; undefined for a drain. */
  readonly asset?: string | undefined
  /** Why the breaker has paused the asset because of this end (MONEY 30). */
  readonly paused?: string | undefined
}

/** Key and block of a transaction, as the caller read them in this poll. */
export type Seen = Pick<Transaction, 'key' | 'mined'>

/** Reads and writes lanes, their transactions, and the attempts of the transactions. */
export interface LaneStore {
  /**
   * Locks the lane's row, runs `decide`, and commits. A new lane gets `chainNonce` as its entry
   * nonce. The lock has a timeout and uses a separate small connection pool, so `decide` must only
   * read the lane, sign, decode and insert. Throws `LaneBusy` when the lock timed out.
   */
  withLane<T>(
    lane: {
      readonly chainId: number
      readonly sender: Address
      readonly role: 'keeper' | 'wallet'
      readonly chainNonce: bigint
    },
    decide: (lane: LockedLane) => Promise<T>,
  ): Promise<T>
  /** Transactions of a sweep, oldest first. */
  ofSweep(sweepId: string): Promise<readonly Transaction[]>
  /**
   * Raises the fee cap of a live, unmined transaction after more gas was funded (MONEY 8). Never
   * lowers the cap.
   */
  raiseCap(key: string, capWei: bigint): Promise<void>
  /**
   * Makes this process the chain's only lane loop, by an advisory lock. undefined if another
   * process is the leader.
   * @param lost called if the lock is lost
   */
  lead(chainId: number, lost: () => void): Promise<{ release(): Promise<void> } | undefined>
  /** Transactions that are not final yet, in order of sender and nonce. */
  live(chainId: number): Promise<readonly Transaction[]>
  /**
   * Records a broadcast before its answer is judged: counts the send and stores the node's
   * rejection, or null without one.
   */
  noteSend(hash: Hash, refusal: string | null): Promise<void>
  /**
   * Records that a node holds the attempt, in its pool or in a block. The answers to earlier sends
   * no longer count.
   */
  noteHeld(hash: Hash): Promise<void>
  /**
   * Records why nodes reject a live transaction; null records that they accept it. For a gas
   * transaction, the same commit changes the deposits that wait for it from `funding` to
   * `waiting(<reason>)`, or back. For a sweep, the workflow run that drives it writes the deposit's
   * row.
   * @param read the transaction as the caller read it
   */
  noteRefusal(
    read: Pick<Transaction, 'key' | 'sweepId' | 'step' | 'refusal'>,
    refusal: SendRefusal | null,
  ): Promise<void>
  /**
   * Records that the transaction is mined in a canonical block, which need not be final. A mined
   * sweep frees its wallet's lane (MONEY 6). Nothing changes when the transaction has ended, or
   * when its recorded block has changed since the caller read it.
   */
  recordMined(read: Seen, mined: Mined): Promise<void>
  /**
   * Records that the transaction's block is no longer canonical (MONEY 21). A sweep takes its
   * wallet's lane back if the lane is free. The attempts then count as signed at this head. Nothing
   * changes when the transaction has ended, or when its recorded block has changed since the caller
   * read it.
   */
  forgetMined(read: Seen, headBlock: bigint): Promise<void>
  /**
   * Records the end of a final transaction. Nothing is written in these cases, and the next poll
   * judges again:
   * - `block` is above the scanner's final height. A rewind of the scanner would not take back an
   *   end above it (MONEY 21).
   * - The row has another block than the judged one. For a lost nonce: the row has an attempt that
   *   was not looked up. A leader that lost its lock may judge old data.
   *
   * After a deep reorg the sweep of the transaction may already be closed. Its row then follows the
   * new end. If the transaction did not succeed this time, the sweep no longer covers any deposit,
   * and its deposits wait for another sweep.
   *
   * The end `displaced` also writes a row for the external transaction that used the nonce (MONEY
   * 5).
   * @param read the transaction as it was judged, including its block
   * @param block block of the transaction; for a lost nonce, the block at which the nonce was read
   * @param facts `staleBalance`: the transfer reverted because the wallet held less than was signed
   * @returns undefined where nothing was written
   */
  end(
    read: Pick<Transaction, 'key' | 'mined' | 'attempts'>,
    end: TransactionEnd,
    block: bigint,
    facts?: { readonly staleBalance: boolean },
  ): Promise<Ended | undefined>
  /**
   * Returns whether the scanner has recorded an external transaction with this sender and nonce in
   * a block up to the height.
   */
  isExternal(
    transaction: Pick<Transaction, 'chainId' | 'sender' | 'nonce'>,
    upTo: bigint,
  ): Promise<boolean>
  /**
   * Returns the wake-ups of workflows whose reason to wait no longer exists: their lane is free,
   * their sweep is closed, or the keeper's lane has room. Oldest first.
   */
  dueWakeUps(chainId: number, maxInFlight: number): Promise<readonly DueWakeUp[]>
}

/** Methods for the activities, which sign transactions and broadcast them once. */
export type LaneSigning = Pick<LaneStore, 'withLane' | 'ofSweep' | 'raiseCap' | 'noteSend'>

/**
 * Methods for the lane loop, which tracks every signed transaction until it is final (MONEY 5), and
 * signs bumps and cancels.
 */
export type LaneTracking = Omit<LaneStore, 'ofSweep' | 'raiseCap'>
