import type { Deposit } from '../deposits/deposit.ts'
import type { DepositState } from '../deposits/deposit-state.ts'
import type { Halt } from '../deposits/halt.ts'
import type { Sweep, SweepOutcome, SweepPlan } from './sweep.ts'

/** Result of a claim. Only `mine` opens a new sweep. */
export type Claim =
  /**
   * The caller drives the sweep and holds the wallet's lane. Balances have to be read at or after
   * `lastMinedBlock`.
   */
  | { readonly kind: 'mine'; readonly sweep: Sweep; readonly lastMinedBlock: bigint | null }
  /** Another run drives the sweep, and its lease has not expired. */
  | { readonly kind: 'driven'; readonly sweepId: string }
  /** Another sweep of the wallet holds its lane (MONEY 6). */
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

export interface StateChange {
  readonly depositId: string
  readonly state: DepositState
  readonly reason: string
  readonly detail: string
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
  /** Renews the lease; returns false when another run has it, or the sweep is closed. */
  renew(sweepId: string, holder: string, leaseMs: number): Promise<boolean>
  /** Sets `lastRunAt`, which shows `adopt` and the wake-ups that a run drives the deposit. */
  touch(depositId: string): Promise<void>
  /**
   * Writes the error of a step that keeps failing to the row's detail. The state stays unchanged.
   * No effect on a terminal deposit.
   */
  noteStepError(depositId: string, detail: string): Promise<void>
  savePlan(sweepId: string, plan: SweepPlan): Promise<void>
  /**
   * Writes state, reason, detail and `lastRunAt`. A changed state or reason also writes `since`,
   * and an event for `waiting` and `needs-attention`. No effect on a terminal or unconfirmed
   * deposit.
   */
  setState(change: StateChange): Promise<void>
  /**
   * Sets the state and ends the lease. Frees the wallet's lane unless a transaction of the sweep is
   * signed and unmined. Closes the sweep as void if nothing was ever signed for it.
   */
  releaseSweep(sweepId: string | null, holder: string, change: StateChange): Promise<void>
  /**
   * Like `releaseSweep`, but the sweep stays open even if nothing was signed for it. The same run
   * claims it again at its next try. A new sweep for each try would add a row a minute.
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
   * Whether token deposits of the wallet can be swept now. Native coin waits for them (MONEY 6).
   */
  tokensGoFirst(deposit: Deposit): Promise<boolean>
  /**
   * For a deposit whose wallet no longer holds it: looks for a closed sweep, later in the chain,
   * that moved it (MONEY 12). If there is one, the deposit becomes `done` by that sweep, and the
   * result is true.
   * @param held the wallet's balance of the asset, in the smallest unit
   */
  coverLate(depositId: string, held: bigint): Promise<boolean>
  /**
   * Whether the wallet lacks more of the deposit than the fees of its transactions can explain.
   * In this case an external transaction moved the money, and the rest is not dust (MONEY 12).
   * @param held the wallet's balance of the asset, in the smallest unit
   */
  isGone(depositId: string, held: bigint): Promise<boolean>
  /**
   * Whether the deposit was credited inside a recorded sweep of the same wallet and token, as
   * interest that the token pays at a transfer.
   */
  isOwnInterest(depositId: string): Promise<boolean>
  saveOutcome(sweepId: string, outcome: SweepOutcome): Promise<void>
  /**
   * Closes a final sweep: writes its coverage, the state `done` of the covered deposits, and their
   * events, in one commit (MONEY 11). A repeat changes nothing. Returns the number of covered
   * deposits.
   */
  close(sweepId: string): Promise<number>
  /**
   * Closes a sweep whose transaction succeeded but moved nothing. The sweep covers no deposit. A
   * retry opens a new sweep, because no round follows a successful one (MONEY 2, 12). All confirmed
   * deposits of the sweep become `needs-attention(token-refused)` in the same commit.
   */
  closeRefused(sweepId: string, detail: string): Promise<void>
  /**
   * Records an operator's order (MONEY 17). Returns `repeat`, and writes nothing, if another run
   * recorded an order with the same words and the same `id`.
   */
  noteOrder(order: NotedOrder): Promise<'new' | 'repeat'>
}

export interface NotedOrder {
  readonly operator: string
  readonly action: string
  readonly subject: string
  readonly reason: string
  /** Identity of the order. @default every order is new */
  readonly id?: string | undefined
  /** Workflow run that carries out the order. If the same run records it again, it is `new`. */
  readonly runId?: string | undefined
}
