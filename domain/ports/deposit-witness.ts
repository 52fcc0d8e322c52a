import type { Address, Hash } from '../address.ts'
import type { ChainState } from './chain-state.ts'

/** What a transaction itself pays, whatever its logs say. */
export interface Payment {
  readonly from: Address
  /** null creates a contract */
  readonly to: Address | null
  readonly valueWei: bigint
}

/**
 * What several endpoints say about a deposit before it is handed on (MONEY 20). Errors as in ChainState: `QuorumShort`,
 * `QuorumDisagrees`.
 */
export interface DepositWitness extends Pick<ChainState, 'blockHash' | 'receipt'> {
  /** undefined where no node knows the transaction. */
  payment(hash: Hash): Promise<Payment | undefined>
}
