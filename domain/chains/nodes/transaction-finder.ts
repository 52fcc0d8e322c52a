import type { Hash, Hex } from '../../address.ts'
import type { BlockHeader, BlockTransaction, InternalTransfer, Receipt } from '../block.ts'

/** A transaction as the chain shows it now. */
export type FoundTransaction =
  /** No endpoint has it, neither in a block nor in its pool. */
  | { readonly kind: 'absent' }
  /** An endpoint has it in its pool; no block has it. */
  | {
      readonly kind: 'pending'
      readonly nonce: bigint
      readonly transaction: Pick<BlockTransaction, 'from' | 'to' | 'value'>
      readonly call: SignedCall
    }
  | MinedTransactionView

/** The part of a signed transaction that says what it asks for. */
export interface SignedCall {
  /** Calldata in lower case; of long calldata only the start. `0x` where the node omits it. */
  readonly input: Hex
  /** null where the node omits it. */
  readonly gasLimit: bigint | null
}

export interface MinedTransactionView {
  readonly kind: 'mined'
  readonly block: BlockHeader
  readonly transaction: BlockTransaction
  readonly call: SignedCall
  readonly receipt: Receipt
  /** Native coin that code moved; undefined where no endpoint traces the transaction. */
  readonly internal: readonly InternalTransfer[] | undefined
}

/**
 * Looks up one transaction for an operator. Every endpoint is asked before the answer is `absent`.
 * The errors are those of `ChainReader`.
 */
export interface TransactionFinder {
  find(hash: Hash): Promise<FoundTransaction>
}
