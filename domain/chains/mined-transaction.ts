import type { Address, Hash, Hex } from '../address.ts'
import type { ReceiptLog } from './block.ts'

/** A transaction in a block, with its receipt. */
export interface MinedTransaction {
  readonly hash: Hash
  readonly from: Address
  /** null where the transaction creates a contract. */
  readonly to: Address | null
  readonly nonce: bigint
  readonly valueWei: bigint
  readonly data: Hex
  readonly gasLimit: bigint
  /**
   * Highest price per gas that the transaction offered; for a legacy transaction, its gas price.
   */
  readonly maxFeeWei: bigint
  readonly blockNumber: bigint
  readonly blockHash: Hash
  readonly txIndex: number
  readonly ok: boolean
  /**
   * Whether the transaction carries authorisations (EIP-7702). They may have changed the code of
   * its sender or of other accounts, even if the transaction failed.
   */
  readonly authorizes: boolean
  readonly gasUsed: bigint
  readonly gasPriceWei: bigint
  readonly l1FeeWei: bigint
  /** All costs of the sender in addition to the value, in wei. */
  readonly feeWei: bigint
  readonly logs: readonly ReceiptLog[]
}
