import type { Block, BlockTransaction, UnreadableTransaction } from '../../domain/chains/block.ts'
import type { ChainReader } from '../../domain/chains/nodes/chain-reader.ts'
import { ChainMoved, ChainUnreachable } from '../../domain/errors.ts'
import { errorMessage } from '../../runtime/error-message.ts'
import { mapConcurrently } from '../../runtime/map-concurrently.ts'
import type { BlockReading } from './find-hits.ts'
import { type LeftUnread, leave } from './read-or-leave.ts'

/**
 * Adds the senders that blocks omit, from the receipts of their transactions. If a system
 * transaction has no sender in its receipt either, nobody signed it. Any other transaction without
 * a sender stays unreadable: the sender may be a keeper, whose native coin is no deposit (MONEY
 * 13).
 */
export async function completeSenders(
  readings: readonly BlockReading[],
  reader: ChainReader,
  width: number,
): Promise<readonly BlockReading[]> {
  return await mapConcurrently(readings, 1, async (reading) => {
    const { block } = reading
    const unreadable = block.unreadable ?? []
    if (unreadable.length === 0) return reading
    const tried = await mapConcurrently(unreadable, width, (one) => completed(reader, block, one))
    const found = tried.flatMap((one) => ('why' in one ? [] : [one]))
    const left = tried.flatMap((one) => ('why' in one ? [one] : []))
    const transactions = [...block.transactions, ...found].sort((a, b) => a.index - b.index)
    return { ...reading, block: { ...block, transactions, unreadable: left } }
  })
}

async function completed(
  reader: ChainReader,
  block: Block,
  one: UnreadableTransaction,
): Promise<BlockTransaction | UnreadableTransaction> {
  if (!one.senderless) return one
  const { isSystem, ...transaction } = one.senderless
  try {
    const receipt = await reader.receipt(one.hash)
    if (receipt?.blockHash !== block.hash) return { ...one, why: `${one.why}; no receipt shows it` }
    const { from } = receipt
    if (/^0x0+$/.test(from) && !isSystem) return { ...one, why: `${one.why}, in its receipt too` }
    return { ...transaction, from }
  } catch (error) {
    if (error instanceof ChainUnreachable || error instanceof ChainMoved) throw error
    const words = errorMessage(error)
    return { ...one, why: `${one.why}; ${words}` }
  }
}

/**
 * Returns the transactions that the block does not show completely. Any of these transactions may
 * pay a wallet, so all become unread rows.
 */
export function unreadableIn({ block }: BlockReading): readonly LeftUnread[] {
  return (block.unreadable ?? []).map((one) =>
    leave(block, one, `its place in the block can’t be read: ${one.why}`),
  )
}
