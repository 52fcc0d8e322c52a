import type { Hash } from '../address.ts'
import type { Deposit } from './deposit.ts'

/** A deposit and the progress of its sweep, as operators see it. */
export interface DepositView {
  readonly deposit: Deposit
  /**
   * The sweep's newest gas transaction: its mined attempt, or else its newest attempt. null if the
   * wallet pays its own gas, or if nothing is signed.
   */
  readonly gasTx: Hash | null
  readonly sweepTx: Hash | null
  /**
   * All fees of the sweep, which its covered deposits share. While the sweep is open, the fees
   * mined so far. null before a transaction is mined.
   */
  readonly gasSpentWei: bigint | null
  /**
   * The deposit's share of `gasSpentWei`. The shares of a closed sweep add up to its fees exactly.
   * null until the sweep is closed and covers the deposit.
   */
  readonly gasShareWei: bigint | null
}

/** A reference by which an operator names deposits. */
export type DepositReference =
  | { readonly kind: 'deposit'; readonly id: string }
  /**
   * Hash of the deposit's own transaction, or of any attempt of its sweep's gas or sweep
   * transaction.
   */
  | { readonly kind: 'transaction'; readonly hash: Hash }
  | { readonly kind: 'sweep'; readonly sweepId: string }
