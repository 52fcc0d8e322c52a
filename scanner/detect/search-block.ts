import type { Address, Hash } from '../../domain/address.ts'
import type { Block, Log } from '../../domain/chains/block.ts'
import { distinctLogs, mergeSearches } from '../../domain/chains/log-content.ts'
import type { ChainReader } from '../../domain/chains/nodes/chain-reader.ts'
import { asksTooMuch, mayBeCut, refusesHistory } from '../../domain/chains/nodes/node-limits.ts'
import { mapConcurrently } from '../../runtime/map-concurrently.ts'

/**
 * Searches the logs of one block. If the answer would exceed a limit of the node (10,000 results at
 * Infura and on Cosmos-EVM chains, 2 MiB at 1RPC), each token is searched alone. If one token alone
 * exceeds the limit, all transactions of the block are doubtful and their receipts decide: no
 * narrower search exists, and anybody can fill a block with logs. The same applies if the node
 * serves no old logs, or its plan excludes them, but serves old receipts.
 */
export async function searchBlock(
  block: Block,
  { reader, tokens, width }: Pick<BlockSearch, 'reader' | 'tokens' | 'width'>,
): Promise<WholeLogs> {
  const search = async (some: typeof tokens): Promise<readonly Log[] | 'too much' | 'too old'> => {
    try {
      return await reader.transferLogsOfBlock(block.hash, some)
    } catch (error) {
      if (!asksTooMuch(error) && !refusesHistory(error)) throw error
      // `head` throws if the node is down. In that case the node did not refuse the search.
      await reader.head()
      return refusesHistory(error) ? 'too old' : 'too much'
    }
  }
  const whole = await search(tokens)
  if (typeof whole !== 'string') return { logs: whole, doubtful: [] }
  const isNarrowed = tokens.length > 1 && whole === 'too much'
  const byToken = isNarrowed
    ? await mapConcurrently(tokens, width, (token) => search([token]))
    : [whole]
  const logs = byToken.reduce<readonly Log[]>(
    (all, some) => (typeof some === 'string' ? all : mergeSearches(all, some)),
    [],
  )
  const isRefused = byToken.some((some) => typeof some === 'string')
  return { logs, isRefused, doubtful: isRefused ? block.transactions.map(({ hash }) => hash) : [] }
}

export interface BlockSearch {
  /** Pinned to one node. */
  readonly reader: ChainReader
  readonly tokens: readonly Address[]
  /** Concurrent requests. */
  readonly width: number
  /** Called when a search of a block omitted logs without an error. */
  readonly onCut?: ((block: Block) => void) | undefined
}

/** The logs of one block, and the transactions that may have more logs. */
export interface WholeLogs {
  readonly logs: readonly Log[]
  /** Transactions of which the search may have omitted logs. Their receipts decide. */
  readonly doubtful: readonly Hash[]
  /** The node reported that it omitted logs. */
  readonly isRefused?: boolean
}

/**
 * Completes an answer for one block that its node may have cut off at a limit. Each token is
 * searched alone, which makes the answers shorter. Nodes list logs in order and cut off the first
 * or the last logs. If the answer for a token may be cut off too, the transactions before its first
 * log and after its last log are doubtful. A complete answer that happens to have the length of a
 * limit covers nearly the whole block, so few transactions are left to read.
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
      : await mapConcurrently(tokens, width, (token) =>
          reader.transferLogsOfBlock(block.hash, [token]),
        )
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
 * Returns the first and the last place among the transactions with listed logs. Transactions that
 * the block does not list have no place.
 */
function spanOf(logs: readonly Log[], places: ReadonlyMap<Hash, number>) {
  const listed = logs.flatMap(({ transactionHash }) => places.get(transactionHash) ?? [])
  return {
    first: listed.reduce((one, other) => Math.min(one, other), places.size),
    last: listed.reduce((one, other) => Math.max(one, other), -1),
  }
}
