import type { Address, Hash } from '../address.ts'
import type { TokenState } from '../chains/nodes/chain-reader.ts'
import type { ChainState } from '../chains/nodes/chain-state.ts'

/** The value that a transaction pays by itself, without its internal transfers and its logs. */
export interface Payment {
  readonly from: Address
  /** null where the transaction creates a contract. */
  readonly to: Address | null
  readonly valueWei: bigint
}

/**
 * An internal transfer of native coin. Its place in the tree of calls is left out, because tracers
 * number calls differently.
 */
export interface InternalPayment {
  readonly from: Address
  readonly to: Address
  readonly value: bigint
}

/**
 * The answers of a quorum of endpoints about a deposit, read before the deposit is confirmed (MONEY
 * 20). The errors are those of `ChainState`, for example `QuorumShort` and `QuorumDisagrees`.
 */
export interface DepositWitness
  extends Pick<ChainState, 'head' | 'blockHash' | 'receipt'>,
    TokenState {
  /**
   * Returns the highest height that is final by the chain's policy according to a quorum; undefined
   * while no block is final.
   */
  finalHeight(): Promise<bigint | undefined>
  /** Returns the value that the transaction pays; undefined where no node knows the transaction. */
  payment(hash: Hash): Promise<Payment | undefined>
  /**
   * Returns how many internal transfers of the transaction equal the payment. A node that cannot
   * trace abstains.
   */
  countInternalPayments(hash: Hash, payment: InternalPayment): Promise<number>
}
