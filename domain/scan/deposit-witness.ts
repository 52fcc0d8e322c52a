import type { Address, Hash } from '../address.ts'
import type { TokenState } from '../chains/nodes/chain-reader.ts'
import type { ChainState } from '../chains/nodes/chain-state.ts'

/** What a transaction itself pays, whatever its logs say. */
export interface Payment {
  readonly from: Address
  /** null creates a contract */
  readonly to: Address | null
  readonly valueWei: bigint
}

/**
 * Coin that a contract paid. Its place in the tree of calls is left out, because tracers number
 * calls differently.
 */
export interface InternalPayment {
  readonly from: Address
  readonly to: Address
  readonly value: bigint
}

/**
 * What several endpoints say about a deposit before it is handed on (MONEY 20). Errors as in
 * ChainState: `QuorumShort`, `QuorumDisagrees`.
 */
export interface DepositWitness
  extends Pick<ChainState, 'head' | 'blockHash' | 'receipt'>,
    TokenState {
  /**
   * How high the chain is final by its policy, as enough endpoints tell it; undefined while nothing
   * is.
   */
  finalHeight(): Promise<bigint | undefined>
  /** undefined where no node knows the transaction. */
  payment(hash: Hash): Promise<Payment | undefined>
  /** How often code paid exactly this inside the transaction. A node that can't trace abstains. */
  internalPayments(hash: Hash, payment: InternalPayment): Promise<number>
}
