import type { Block, Log } from '../../domain/chains/block.ts'
import { mergeSearches } from '../../domain/chains/log-content.ts'
import { asksTooMuch } from '../../domain/chains/nodes/asks-too-much.ts'
import { refusesHistory } from '../../domain/chains/nodes/refuses-history.ts'
import { mapBounded } from '../../domain/map-bounded.ts'
import type { BlockSearch, WholeLogs } from './whole-block-logs.ts'

/**
 * Searches one block. Where its node refuses because the answer would pass a limit (10,000 results
 * of Infura and Cosmos-EVM chains, 2 MiB of 1RPC), the block is asked token by token, and where one
 * token alone passes the limit, all transactions of the block are doubtful: their receipts tell.
 * There is nothing narrower to ask, and anybody can fill a block with logs. The same holds where
 * the node keeps no old logs, or its plan excludes them, while it shows old receipts.
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
      // Throws where the node is away: the question is not to blame then.
      await reader.head()
      return refusesHistory(error) ? 'too old' : 'too much'
    }
  }
  const whole = await search(tokens)
  if (typeof whole !== 'string') return { logs: whole, doubtful: [] }
  const isNarrowed = tokens.length > 1 && whole === 'too much'
  const byToken = isNarrowed ? await mapBounded(tokens, width, (token) => search([token])) : [whole]
  const logs = byToken.reduce<readonly Log[]>(
    (all, some) => (typeof some === 'string' ? all : mergeSearches(all, some)),
    [],
  )
  const isRefused = byToken.some((some) => typeof some === 'string')
  return { logs, isRefused, doubtful: isRefused ? block.transactions.map(({ hash }) => hash) : [] }
}
