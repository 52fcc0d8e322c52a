import type { UnreadRange, UnreadRow } from '../../adapters/drizzle/scan/unread.ts'
import { toEip55 } from '../../adapters/viem/to-eip55.ts'
import type { Address } from '../../domain/address.ts'
import { printable } from '../../domain/printable.ts'

export function unreadRowJson(row: UnreadRow) {
  return {
    txHash: row.txHash,
    blockNumber: Number(row.blockNumber),
    blockHash: row.blockHash,
    sender: row.sender && toEip55(row.sender as Address),
    nonce: row.nonce === null ? null : Number(row.nonce),
    why: printable(row.why),
    tries: row.tries,
    firstSeenAt: row.firstSeenAt.toISOString(),
    nextTryAt: row.nextTryAt.toISOString(),
    alarmedAt: row.alarmedAt?.toISOString() ?? null,
  }
}

export function unreadRangeJson(range: UnreadRange) {
  return {
    from: Number(range.fromBlock),
    to: Number(range.toBlock),
    transactions: range.transactions,
    why: printable(range.why),
    tries: range.tries,
    firstSeenAt: range.firstSeenAt.toISOString(),
    nextTryAt: range.nextTryAt.toISOString(),
    alarmedAt: range.alarmedAt?.toISOString() ?? null,
  }
}
