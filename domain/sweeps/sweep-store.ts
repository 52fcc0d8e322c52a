import type { Address } from '../address.ts'
import type { Deposit } from '../deposits/deposit.ts'
import type { DepositState } from '../deposits/deposit-state.ts'
import type { Halt } from '../deposits/halt.ts'
import type { HeldCoin } from '../deposits/usable-coin.ts'
import type { DustLimits } from './dust-order.ts'
import type { Sweep, SweepOutcome, SweepPlan } from './sweep.ts'

/** Result of `claim`. Only `mine` can open a new sweep. */
export type Claim =
  /**
   * The caller drives the sweep and holds the wallet's lane. Balances have to be read at or after
   * `lastMinedBlock`.
   */
  | { readonly kind: 'mine'; readonly sweep: Sweep; readonly lastMinedBlock: bigint | null }
  /** Another run drives the sweep, and its lease has not expired. */
  | { readonly kind: 'driven'; readonly sweepId: string }
  /** Another sweep of the wallet holds the wallet's lane (MONEY 6). */
  | { readonly kind: 'lane-held'; readonly sweepId: string }
  /**
   * An operator's hold, a pause or a changed configuration stops the sweep, and nothing of it is
   * signed yet. No sweep was opened (MONEY 16).
   */
  | { readonly kind: 'halted'; readonly halt: Halt }
  /**
   * After the caller read the deposit, it became terminal (covered, orphaned or dropped) or lost
   * its confirmation in a reorg. Re-read the row. No sweep was opened.
   */
  | { readonly kind: 'terminal' }
  /**
   * The wallet has on-chain transactions without a matching row, so its lane was closed and no
   * sweep was opened (MONEY 22).
   */
  | { readonly kind: 'lane-behind'; readonly why: string }
  /**
   * The token refused the wallet's last sweep, and no operator has ordered a retry since. No sweep
   * was opened.
   */
  | { readonly kind: 'refused'; readonly sweepId: string }

/** A new state for a deposit's row. */
export interface StateChange {
  readonly depositId: string
  readonly state: DepositState
  readonly reason: string
  readonly detail: string
  /**
   * The order to sweep dust that the caller read in the row. The change has no effect if the row
   * has another order, because it would end an order that nobody has judged (MONEY 15).
   * @default the order is not compared
   */
  readonly dustOrderId?: string | null
}

/**
 * Reads and writes sweeps, their leases, and the rows of the deposits that they cover. Every method
 * is one commit.
 */
export interface SweepStore {
  deposit(id: string): Promise<Deposit | undefined>
  find(sweepId: string): Promise<Sweep | undefined>
  /**
   * Finds or creates the open sweep of the deposit's wallet and asset, takes its lease for
   * `holder`, and takes the wallet's lane (MONEY 6, 10). A repeat by the same holder renews the
   * lease. A lane counts as free if the sweep that holds it has neither a driver nor an unmined
   * transaction.
   * @param walletNonce the wallet's next nonce on the chain, which becomes the entry nonce of a new
   * lane
   */
  claim(deposit: Deposit, holder: string, leaseMs: number, walletNonce: bigint): Promise<Claim>
  /** Renews the lease. Returns false when another run has the lease, or the sweep is closed. */
  renew(sweepId: string, holder: string, leaseMs: number): Promise<boolean>
  /**
   * Sets `lastRunAt`, the time from which `adopt` and the wake-ups see that a run drives the
   * deposit.
   */
  touch(depositId: string): Promise<void>
  /**
   * Writes the error of a step that keeps failing to the row's detail. The state stays unchanged.
   * No effect on a terminal deposit.
   */
  noteStepError(depositId: string, detail: string): Promise<void>
  savePlan(sweepId: string, plan: SweepPlan): Promise<void>
  /**
   * Writes state, reason, detail and `lastRunAt`. A changed state or reason also writes `since`,
   * and an event for `waiting`, `needs-attention` and `ignored`. `needs-attention` again, after an
   * operator's retry, writes `since` without an event. No effect on a terminal or unconfirmed
   * deposit.
   */
  setState(change: StateChange): Promise<void>
  /**
   * Sets the state and ends the lease. Frees the wallet's lane unless a transaction of the sweep is
   * signed and unmined. Closes the sweep as `void` if nothing was ever signed for it, and as
   * `unused` if its gas came and each of its deposits has ended without it.
   * @param change the deposit's new state. @default its state stays
   */
  releaseSweep(sweepId: string | null, holder: string, change?: StateChange): Promise<void>
  /**
   * Like `releaseSweep`, but the sweep stays open even if nothing was signed for it. The same run
   * claims the sweep again at its next try. If every try opened a new sweep, a waiting run would
   * add a row a minute.
   */
  releaseLane(sweepId: string, holder: string, change: StateChange): Promise<void>
  /**
   * For an operator's retry (MONEY 17): closes a sweep whose transactions have all ended without a
   * successful transfer, so that the next claim opens a new sweep with new rounds. No effect while
   * a transaction is live, when the transfer succeeded, when nothing was ever signed, or when
   * another run drives the sweep.
   */
  giveUp(sweepId: string, holder: string, reason: string): Promise<void>
  /**
   * Whether token deposits of the wallet can be swept now. Native coin waits for token deposits
   * (MONEY 6).
   */
  tokensGoFirst(deposit: Deposit): Promise<boolean>
  /**
   * For a deposit that is no longer in its wallet: looks for a closed sweep, later in the chain,
   * that moved the deposit (MONEY 12). If such a sweep exists, the deposit becomes `done` by that
   * sweep, and the result is true.
   * @param held the wallet's balance of the asset, in the smallest unit
   */
  coverLate(depositId: string, held: bigint): Promise<boolean>
  /**
   * Whether the wallet lacks more of the deposit than the fees of the wallet's transactions can
   * explain. In this case an external transaction moved the money, and the rest is not dust (MONEY
   * 12).
   * @param held the wallet's balance of the asset, in the smallest unit
   */
  isGone(depositId: string, held: bigint): Promise<boolean>
  /**
   * Whether the deposit was credited by the transaction of a recorded sweep of the same wallet and
   * token, as interest that the token pays at a transfer.
   */
  isOwnInterest(depositId: string): Promise<boolean>
  /** Native deposits of a wallet that token sweeps may neither count nor spend (MONEY 16). */
  heldCoin(chainId: number, wallet: Address): Promise<HeldCoin>
  /** Limits of the operator's order to sweep this dust; undefined without an order (MONEY 15). */
  dustOrder(depositId: string): Promise<DustLimits | undefined>
  saveOutcome(sweepId: string, outcome: SweepOutcome): Promise<void>
  /**
   * Closes a final sweep: writes its coverage, the state `done` of the covered deposits, and their
   * events (MONEY 11). More than 1,000 deposits take several commits, and the last one closes the
   * sweep; a repeat continues. A repeat after the close changes nothing. Returns the number of
   * deposits that this call covered.
   * @throws NotYet if deposits are left after some seconds
   */
  close(sweepId: string): Promise<number>
  /**
   * Ids of sweeps whose close has covered some deposits and was interrupted, and that no run
   * drives.
   */
  interruptedCloses(): Promise<readonly string[]>
  /**
   * Closes a sweep whose transaction succeeded but moved nothing. The sweep covers no deposit. A
   * retry opens a new sweep, because no round follows a successful one (MONEY 2, 12). All confirmed
   * deposits of the sweep become `needs-attention(token-refused)` in the same commit.
   */
  closeRefused(sweepId: string, detail: string): Promise<string | undefined>
  /**
   * Records an operator's order (MONEY 17). Returns `repeat`, and writes nothing, if another run
   * recorded an order with the same words and the same `id`.
   */
  noteOrder(order: NotedOrder): Promise<'new' | 'repeat'>
}

/** An operator's order, as it is recorded in the audit trail. */
export interface NotedOrder {
  readonly operator: string
  readonly action: string
  readonly subject: string
  readonly reason: string
  /** Identity of the order. @default every order is new */
  readonly id?: string | undefined
  /**
   * Workflow run that carries out the order. If the same run records the order again, the result is
   * `new`.
   */
  readonly runId?: string | undefined
}
