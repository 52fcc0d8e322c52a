import type { Deposit } from '../deposits/deposit.ts'
import type { DepositState } from '../deposits/deposit-state.ts'
import type { Halt } from '../deposits/halt.ts'
import type { Sweep, SweepOutcome, SweepPlan } from './sweep.ts'

export type Claim =
  /**
   * The caller drives the sweep and holds the wallet's lane. `lastMinedBlock`: balances are read at
   * or after it.
   */
  | { readonly kind: 'mine'; readonly sweep: Sweep; readonly lastMinedBlock: bigint | null }
  /** Another run drives it; its lease has not expired. */
  | { readonly kind: 'driven'; readonly sweepId: string }
  /** Another asset of the wallet is being swept (MONEY 6). */
  | { readonly kind: 'lane-held'; readonly sweepId: string }
  /**
   * Held, or the chain is paused, and nothing of the wallet's asset is signed. No sweep was opened
   * (MONEY 16).
   */
  | { readonly kind: 'halted'; readonly halt: Halt }
  /**
   * The deposit became terminal (covered, orphaned or dropped) after the caller read it. Re-read
   * the row. No sweep was opened.
   */
  | { readonly kind: 'settled' }
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
 * Sweeps, their leases, and the rows of the deposits that they cover. Every method is one commit.
 */
export interface SweepStore {
  deposit(id: string): Promise<Deposit | undefined>
  find(sweepId: string): Promise<Sweep | undefined>
  /**
   * Finds or creates the open sweep of the deposit's wallet and asset, takes its lease for
   * `holder`, and takes the wallet's lane (MONEY 6, 10). A repeat by the same holder renews. A lane
   * is free if its holder has neither a driver nor an unmined transaction. `walletNonce` becomes
   * the entry nonce of a new lane.
   */
  claim(deposit: Deposit, holder: string, leaseMs: number, walletNonce: bigint): Promise<Claim>
  /** Renews the lease; false when another run has it, or the sweep is closed. */
  renew(sweepId: string, holder: string, leaseMs: number): Promise<boolean>
  /** Sets `lastRunAt`, by which `adopt` and the wake-ups know that a run drives the deposit. */
  touch(depositId: string): Promise<void>
  /**
   * Writes to the row's detail that a step keeps failing; the state stays. No effect on a terminal
   * deposit.
   */
  noteStepError(depositId: string, detail: string): Promise<void>
  savePlan(sweepId: string, plan: SweepPlan): Promise<void>
  /**
   * Writes state, reason and since; a change also writes its event. The same state again updates
   * only `lastRunAt`.
   */
  setState(change: StateChange): Promise<void>
  /**
   * Sets the state and releases: the lease always, the wallet's lane only when nothing of the sweep
   * is signed and unmined. A sweep that never signed anything is closed as void.
   */
  letGo(sweepId: string | null, holder: string, change: StateChange): Promise<void>
  /**
   * Like `letGo`, but a sweep that never signed anything stays open, and the same run claims it
   * again at its next try. An open sweep for each try would be a row a minute.
   */
  releaseLane(sweepId: string, holder: string, change: StateChange): Promise<void>
  /**
   * For an operator's retry (MONEY 17): closes a sweep whose transactions have all ended without
   * emptying the wallet, so that the next claim opens another; its own rounds are used up. No
   * effect while a transaction is live, where its transfer succeeded and awaits judgement, when
   * nothing was ever signed, or when another run drives it.
   */
  giveUp(sweepId: string, holder: string, reason: string): Promise<void>
  /**
   * Whether token deposits of the wallet could be swept now: native coin waits for them (MONEY 6).
   */
  tokensGoFirst(deposit: Deposit): Promise<boolean>
  /**
   * For a deposit found in an empty wallet. true: a closed sweep after its place in the chain moved
   * it, and its row is now `done` by that sweep (MONEY 12).
   * @param held balance of the asset in its smallest unit
   */
  coverLate(depositId: string, held: bigint): Promise<boolean>
  /**
   * Whether a wallet with this balance lacks more of the deposit than its own transactions can have
   * cost: then the rest is no dust, somebody else moved it (MONEY 12).
   */
  isGone(depositId: string, held: bigint): Promise<boolean>
  /**
   * Whether the deposit was credited inside a recorded sweep of its own wallet, as interest that a
   * token pays at a transfer.
   */
  isOwnInterest(depositId: string): Promise<boolean>
  saveOutcome(sweepId: string, outcome: SweepOutcome): Promise<void>
  /**
   * Writes coverage, `done` rows and events, and closes the sweep, in one commit (MONEY 11). A
   * repeat changes nothing. Returns the number of covered deposits.
   */
  close(sweepId: string): Promise<number>
  /**
   * Closes a sweep whose transaction succeeded and moved nothing. It covers no deposit, and a retry
   * opens a new sweep, because a succeeded round has no successor (MONEY 2, 12). All confirmed
   * deposits that it was for become `needs-attention(token-refused)` together.
   */
  closeRefused(sweepId: string, detail: string): Promise<void>
  /**
   * Records an order of an operator (MONEY 17). `repeat`: another run recorded the same order (same
   * words, same `id`), and nothing is written.
   */
  noteOrder(order: NotedOrder): Promise<'new' | 'repeat'>
}

export interface NotedOrder {
  readonly operator: string
  readonly action: string
  readonly subject: string
  readonly reason: string
  /** Identity of the order. @default a new order each time */
  readonly id?: string | undefined
  /** The workflow run that follows the order. Its own repeat counts as not followed yet. */
  readonly runId?: string | undefined
}
