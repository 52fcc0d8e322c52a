import type { Address, Hash, Hex } from '../address.ts'
import type { ReceiptLog } from './block.ts'

/** A transaction in a block, with its receipt. */
export interface MinedTransaction {
  readonly hash: Hash
  readonly from: Address
  /** null creates a contract */
  readonly to: Address | null
  readonly nonce: bigint
  readonly valueWei: bigint
  readonly data: Hex
  readonly gasLimit: bigint
  /** Highest price per gas that it offered; for a legacy transaction its gas price. */
  readonly maxFeeWei: bigint
  readonly blockNumber: bigint
  readonly blockHash: Hash
  readonly txIndex: number
  readonly ok: boolean
  /**
   * It carries authorisations (EIP-7702): the code of its sender or of other accounts may have
   * changed, whatever its status.
   */
  readonly authorizes: boolean
  readonly gasUsed: bigint
  readonly gasPriceWei: bigint
  readonly l1FeeWei: bigint
  /** All costs except the value. */
  readonly feeWei: bigint
  readonly logs: readonly ReceiptLog[]
}
