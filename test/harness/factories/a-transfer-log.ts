import type { Address, Hash, Hex } from '../../../domain/address.ts'
import type { ReceiptLog } from '../../../domain/chains/block.ts'
import { transferTopic } from '../../../domain/chains/erc20.ts'

const topicOf = (address: Address): Hash => `0x${address.slice(2).padStart(64, '0')}`
const hash: Hash = `0x${'1'.repeat(64)}`

/** A well-formed Transfer log of block 50. */
export function aTransferLog(
  token: Address,
  from: Address,
  to: Address,
  amount: bigint,
  more: Partial<ReceiptLog> = {},
): ReceiptLog {
  const data: Hex = `0x${amount.toString(16).padStart(64, '0')}`
  return {
    address: token,
    topics: [transferTopic, topicOf(from), topicOf(to)],
    data,
    blockNumber: 50n,
    blockHash: hash,
    transactionHash: hash,
    logIndex: 0,
    place: 0,
    ...more,
  }
}
