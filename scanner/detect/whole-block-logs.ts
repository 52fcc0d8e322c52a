import type { Address, Hash } from '../../domain/address.ts'
import type { Block, Log } from '../../domain/chains/block.ts'
import { distinctLogs, mergeSearches } from '../../domain/chains/log-content.ts'
import type { ChainReader } from '../../domain/chains/nodes/chain-reader.ts'
import { mayBeCut } from '../../domain/chains/nodes/cut-answer.ts'
import { mapBounded } from '../../domain/map-bounded.ts'

export interface BlockSearch {
  /** Held to one node. */
  readonly reader: ChainReader
  readonly tokens: readonly Address[]
  /** Requests under way at once. */
  readonly width: number
  /** A search of a block has left out logs without an error. */
  readonly onCut?: ((block: Block) => void) | undefined
}

export interface WholeLogs {
  readonly logs: readonly Log[]
  /** Transactions of which the search may have left out logs: their receipts tell. */
  readonly doubtful: readonly Hash[]
  /** The node said that it left logs out. */
  readonly isRefused?: boolean
}

/**
 * What an answer about one block may have left out because its node stops at a limit. The block is
 * asked token by token, which makes answers shorter. Where one of them may be cut off too, the
 * transactions outside of what it lists are doubtful: nodes list logs in order, from the first one
 * or from the last one. An honest answer that has a round count by chance lists transactions from
 * nearly the whole block, so that few are left to be asked for.
 */
export async function wholeBlockLogs(
  block: Block,
  answer: readonly Log[],
  { reader, tokens, width, onCut }: BlockSearch,
): Promise<WholeLogs> {
  if (!mayBeCut(answer.length)) return { logs: answer, doubtful: [] }
  const byToken =
    tokens.length === 1
      ? [answer]
      : await mapBounded(tokens, width, (token) => reader.transferLogsOfBlock(block.hash, [token]))
  const logs = byToken.reduce(mergeSearches, answer)
  if (logs.length > distinctLogs(answer).length) onCut?.(block)
  const places = new Map(block.transactions.map(({ hash }, place) => [hash, place]))
  const spans = byToken.filter(({ length }) => mayBeCut(length)).map((some) => spanOf(some, places))
  const isOutside = (place: number) =>
    spans.some(({ first, last }) => place <= first || place >= last)
  return {
    logs,
    doubtful: block.transactions.filter((_, place) => isOutside(place)).map(({ hash }) => hash),
  }
}

/**
 * Of the transactions that logs are listed of; those that the block does not list have no place.
 */
function spanOf(logs: readonly Log[], places: ReadonlyMap<Hash, number>) {
  const listed = logs.flatMap(({ transactionHash }) => places.get(transactionHash) ?? [])
  return {
    first: listed.reduce((one, other) => Math.min(one, other), places.size),
    last: listed.reduce((one, other) => Math.max(one, other), -1),
  }
}
