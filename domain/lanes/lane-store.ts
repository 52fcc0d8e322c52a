import type { Address, Hash } from '../address.ts'
import type { WakeUp } from '../deposits/sweep-runs.ts'
import type { LockedLane } from './locked-lane.ts'
import type { SendRefusal } from './send-refusal.ts'
import type { Mined, Transaction, TransactionEnd } from './transaction.ts'

/** A hint that is due: the workflow waits for something that has come true. */
export interface DueWakeUp {
  readonly workflowId: string
  readonly wakeUp: WakeUp
}

export interface Ended {
  /** Ids of the deposits that lost their cover by it: an alarm. */
  readonly uncovered: readonly string[]
}

/** A transaction as a look has read it. */
export type Seen = Pick<Transaction, 'key' | 'mined'>

/** Lanes, their transactions and attempts: all that the database keeps of what is signed. */
export interface LaneStore {
  /**
   * Locks the lane's row (made with `chainNonce` as its entry nonce when it is new), runs `decide`,
   * commits. Uses a small pool of its own and a lock time-out; inside there is nothing but lock,
   * nonce, sign, decode, insert. Throws `LaneBusy` when the lock was not had in time.
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
   * Raises what a live, unmined transaction may be bumped to, once that much is funded (MONEY 8);
   * never lowers it.
   */
  raiseCap(key: string, capWei: bigint): Promise<void>
  /** Becomes the chain's only lane loop, or undefined; `lost` is called when the lock is lost. */
  lead(chainId: number, lost: () => void): Promise<{ release(): Promise<void> } | undefined>
  /** Transactions that are not final yet, by sender and nonce. */
  live(chainId: number): Promise<readonly Transaction[]>
  /** Written before a broadcast is judged: counts it and keeps the node's words. */
  noteSend(hash: Hash, refusal: string | null): Promise<void>
  /**
   * A node holds it, in its pool or in a block: what earlier sends were answered no longer counts.
   */
  noteHeld(hash: Hash): Promise<void>
  /**
   * Records why nodes do not take a live transaction, or with null that they do. Rows of deposits
   * that wait for gas of it follow at once: `funding` becomes `waiting(<reason>)` and back. A
   * sweep's own row is written by the run that drives it.
   * @param read as the caller read it
   */
  noteRefusal(
    read: Pick<Transaction, 'key' | 'sweepId' | 'step' | 'refusal'>,
    refusal: SendRefusal | null,
  ): Promise<void>
  /**
   * Mined in a canonical block, not yet final. A sweep's wallet lane is free from now on (MONEY
   * 6). Nothing when it has ended, or is in another block now than when it was read.
   */
  recordMined(read: Seen, mined: Mined): Promise<void>
  /**
   * Its block is not canonical any more (MONEY 21): a sweep takes its wallet's lane back, where
   * that is free, and its bytes count as signed at this head. Nothing when it has ended, or is in
   * another block now than when it was read.
   */
  forgetMined(read: Seen, headBlock: bigint): Promise<void>
  /**
   * Its end, once final. Nothing is written where the scanner's final height is below `block`: what
   * ends there no rewind of the scanner would take back (MONEY 21), so it waits for the next look.
   * Where a deep reorg has taken back what a closed sweep was recorded by, the sweep's row follows;
   * one that did not succeed this time covers nothing any more, and its deposits wait for another.
   * Nothing is written either where its row is in another block than the one that was judged, or,
   * for a lost nonce, has an attempt that was not asked for: a leader that slept judges what was.
   * With `displaced` goes the row of an external transaction (MONEY 5).
   * @param read as it was judged, its block included
   * @param block that it is mined in; for a lost nonce, that the nonce was read at
   * @returns undefined where nothing was written
   */
  end(
    read: Pick<Transaction, 'key' | 'mined' | 'attempts'>,
    end: TransactionEnd,
    block: bigint,
  ): Promise<Ended | undefined>
  /**
   * Whether the scanner has noted that a transaction not ours used the nonce of this one, in a
   * block up to that height.
   */
  isExternal(
    transaction: Pick<Transaction, 'chainId' | 'sender' | 'nonce'>,
    upTo: bigint,
  ): Promise<boolean>
  /**
   * Parked workflows whose reason has gone: lane free, sweep closed, room in the keeper's lane.
   * Oldest first.
   */
  dueWakeUps(chainId: number, maxInFlight: number): Promise<readonly DueWakeUp[]>
}

/** The view of the activities: they sign, and broadcast once what they have signed. */
export type LaneSigning = Pick<LaneStore, 'withLane' | 'ofSweep' | 'raiseCap' | 'noteSend'>

/**
 * The view of the lane loop, which owns every signed transaction until it is final (MONEY 5). It
 * signs bumps and cancels.
 */
export type LaneTracking = Omit<LaneStore, 'ofSweep' | 'raiseCap'>
