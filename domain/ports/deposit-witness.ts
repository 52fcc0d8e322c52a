import type { Address, Hash } from '../address.ts'
import type { ChainState } from './chain-state.ts'

/** What a transaction itself pays, whatever its logs say. */
export interface Payment {
  readonly from: Address
  /** null creates a contract */
  readonly to: Address | null
  readonly valueWei: bigint
}

/** Coin that a contract paid. Its place in the tree of calls is a path such as `0.2`. */
export interface InnerPayment {
  readonly from: Address
  readonly to: Address
  readonly value: bigint
}

/**
 * What several endpoints say about a deposit before it is handed on (MONEY 20). Errors as in ChainState: `QuorumShort`,
 * `QuorumDisagrees`.
 */
export interface DepositWitness extends Pick<ChainState, 'blockHash' | 'receipt'> {
  /** How high the chain is final by its policy, as enough endpoints tell it; undefined while nothing is. */
  finalHeight(): Promise<bigint | undefined>
  /** undefined where no node knows the transaction. */
  payment(hash: Hash): Promise<Payment | undefined>
  /** What code paid at that place inside the transaction, null where it paid nothing there. A node that can't trace abstains. */
  inner(hash: Hash, path: string): Promise<InnerPayment | null>
}
