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
  /** Another run drives it; its lease has not lapsed. */
  | { readonly kind: 'driven'; readonly sweepId: string }
  /** Another asset of the wallet is being swept (MONEY 6). */
  | { readonly kind: 'lane-held'; readonly sweepId: string }
  /**
   * Held, or the chain is paused, and nothing of the wallet's asset is signed: nothing was opened
   * (MONEY 16).
   */
  | { readonly kind: 'halted'; readonly halt: Halt }
  /**
   * The deposit was covered, orphaned or dropped since the caller read it: its row tells. Nothing
   * was opened.
   */
  | { readonly kind: 'settled' }
  /**
   * The chain knows transactions of the wallet that no row explains: its lane is closed, nothing
   * was opened (MONEY 22).
   */
  | { readonly kind: 'lane-behind'; readonly why: string }
  /**
   * The token refused the wallet's last sweep, and no operator has ordered a retry since: nothing
   * was opened.
   */
  | { readonly kind: 'refused'; readonly sweepId: string }

export interface StateChange {
  readonly depositId: string
  readonly state: DepositState
  readonly reason: string
  readonly detail: string
}

/** Sweeps, their leases, and the rows of the deposits they cover. Every method is one commit. */
export interface Sweeps {
  deposit(id: string): Promise<Deposit | undefined>
  find(sweepId: string): Promise<Sweep | undefined>
  /**
   * Finds or creates the open sweep of the deposit's wallet and asset, takes its lease for `holder`
   * and the wallet's lane (MONEY 6, 10). A repeat by the same holder renews. A lane whose holder
   * has no driver and nothing unmined is free. `walletNonce` becomes the lane's entry nonce when it
   * is new.
   */
  claim(deposit: Deposit, holder: string, leaseMs: number, walletNonce: bigint): Promise<Claim>
  /** Renews; false when the lease has gone to somebody else, or the sweep is closed. */
  renew(sweepId: string, holder: string, leaseMs: number): Promise<boolean>
  /**
   * A run looked at the deposit: `lastRunAt`, which tells `adopt` and the wake-ups that somebody
   * cares.
   */
  touch(depositId: string): Promise<void>
  /**
   * Says in the row's detail that a step keeps failing; the state stays. Nothing where the deposit
   * is terminal.
   */
  noteTrouble(depositId: string, detail: string): Promise<void>
  savePlan(sweepId: string, plan: SweepPlan): Promise<void>
  /**
   * Writes state, reason, since; a change also writes its event. The same state again changes only
   * `lastRunAt`.
   */
  setState(change: StateChange): Promise<void>
  /**
   * The same, and lets go: of the lease always, of the wallet's lane only when nothing of the sweep
   * is signed and unmined; a sweep that never signed anything is closed as void.
   */
  letGo(sweepId: string | null, holder: string, change: StateChange): Promise<void>
  /**
   * Like `letGo`, but a sweep that never signed anything stays open: the same run claims it again
   * at its next try. An open sweep a try would be a row a minute.
   */
  releaseLane(sweepId: string, holder: string, change: StateChange): Promise<void>
  /**
   * For an operator's retry (MONEY 17): closes a sweep whose transactions have all ended without
   * emptying the wallet, so that the next claim opens another; its own rounds are used up. Nothing
   * happens while one is live, where its transfer has succeeded and is to be judged yet, when none
   * was ever signed, or when another run drives it.
   */
  giveUp(sweepId: string, holder: string, reason: string): Promise<void>
  /** Token deposits of the wallet that could be swept now: native waits for them (MONEY 6). */
  tokensGoFirst(deposit: Deposit): Promise<boolean>
  /**
   * A deposit found in an empty wallet: true when a closed sweep after its place in the chain took
   * it along, and its row is `done` by that sweep now (MONEY 12). `held`: what the wallet holds of
   * the asset, in its smallest unit.
   */
  coverLate(depositId: string, held: bigint): Promise<boolean>
  /**
   * Whether a wallet that holds so much of the asset lacks more of this deposit than its own
   * transactions can have cost: then what is left is no dust, somebody else took the rest (MONEY
   * 12).
   */
  isGone(depositId: string, held: bigint): Promise<boolean>
  /**
   * Whether the deposit was credited inside a recorded sweep of its own wallet, as interest that a
   * token pays at a transfer.
   */
  isOwnInterest(depositId: string): Promise<boolean>
  saveOutcome(sweepId: string, outcome: SweepOutcome): Promise<void>
  /**
   * Coverage, `done` rows and events, closing, in one commit (MONEY 11). A repeat changes nothing.
   * Returns how many it covered.
   */
  close(sweepId: string): Promise<number>
  /**
   * Closes a sweep whose transaction succeeded and moved nothing: it covers no deposit, and a retry
   * opens a new sweep, because a round that succeeded is never followed by another (MONEY 2, 12).
   * All confirmed deposits that it was for become `needs-attention(token-refused)` together.
   */
  closeRefused(sweepId: string, detail: string): Promise<void>
  /** Height up to which the scanner has confirmed deposits; null before the first. */
  confirmedHeight(chainId: number): Promise<bigint | null>
  /**
   * Writes down what an operator did (MONEY 17). `repeat`, and nothing is written, where another
   * run wrote the same order: same words, same `id`.
   */
  noteOrder(order: NotedOrder): Promise<'new' | 'repeat'>
}

export interface NotedOrder {
  readonly operator: string
  readonly action: string
  readonly subject: string
  readonly reason: string
  /** Which order it is. @default always another one */
  readonly id?: string | undefined
  /** The workflow's run that follows it; its own repeat is the same order, not followed yet. */
  readonly runId?: string | undefined
}
