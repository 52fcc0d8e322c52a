import type { Address, Hash, Hex } from '../address.ts'
import type { ReceiptLog } from './block.ts'

/** A transaction that a block holds, with what its receipt says. */
export interface MinedTransaction {
  readonly hash: Hash
  readonly from: Address
  /** null creates a contract */
  readonly to: Address | null
  readonly nonce: bigint
  readonly valueWei: bigint
  readonly data: Hex
  readonly gasLimit: bigint
  /** What it was willing to pay per gas; its gas price where it is a legacy one. */
  readonly maxFeeWei: bigint
  readonly blockNumber: bigint
  readonly blockHash: Hash
  readonly txIndex: number
  readonly ok: boolean
  /**
   * It carries authorisations (EIP-7702): the code of its sender, or of others, may be another
   * since, whatever its status.
   */
  readonly authorizes: boolean
  readonly gasUsed: bigint
  readonly gasPriceWei: bigint
  readonly l1FeeWei: bigint
  /** All that it cost beside the value. */
  readonly feeWei: bigint
  readonly logs: readonly ReceiptLog[]
}
