import type { Block, BlockTransaction, UnreadableTransaction } from '../../domain/chains/block.ts'
import type { ChainReader } from '../../domain/chains/nodes/chain-reader.ts'
import { ChainMoved, ChainUnreachable } from '../../domain/errors.ts'
import { errorMessage } from '../../runtime/error-message.ts'
import { mapConcurrently } from '../../runtime/map-concurrently.ts'
import type { BlockReading } from './find-hits.ts'
import { type LeftUnread, leave } from './read-or-leave.ts'

/**
 * Completes a block that omits senders with the senders of its receipts. A system transaction
 * without a sender in its receipt was signed by nobody. Any other transaction without a sender
 * stays unreadable, because native coin of a keeper is no deposit (MONEY 13).
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
 * Transactions that their block cannot show. Any of these transactions may pay a wallet, so all
 * become unread rows.
 */
export function unreadableIn({ block }: BlockReading): readonly LeftUnread[] {
  return (block.unreadable ?? []).map((one) =>
    leave(block, one, `its place in the block can’t be read: ${one.why}`),
  )
}
