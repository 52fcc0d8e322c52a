import type { Address } from '../../domain/address.ts'
import type { Block } from '../../domain/chains/block.ts'
import type { ChainReader } from '../../domain/chains/nodes/chain-reader.ts'
import type { Finds } from '../../domain/scan/scan-store.ts'
import { reportStored } from '../context/report-stored.ts'
import type { ScanDeps } from '../context/scan-deps.ts'
import { type FindsReading, readFinds } from './read-finds.ts'
import { keptWithoutTrace } from './untraced-rows.ts'

/**
 * Reads one range again and stores its finds. The cursor does not move. A repeat stores nothing
 * new.
 * @returns the number of new deposits
 * @throws CursorMoved after a rewind between reading and storing
 */
export async function rereadRange(
  reader: ChainReader,
  from: bigint,
  to: bigint,
  reading: FindsReading,
  deps: Pick<ScanDeps, 'chain' | 'hints' | 'log' | 'metrics' | 'store'>,
): Promise<number> {
  const untraced: Block[] = []
  const cannotTrace =
    reading.cannotTrace &&
    ((block: Block) => {
      untraced.push(block)
      reading.cannotTrace?.(block)
    })
  const { blocks, transactions, unlisted, ...finds } = await readFinds(reader, from, to, {
    ...reading,
    cannotTrace,
  })
  const tokens = reading.chain.tokens.map(({ id }) => id as Address)
  const traced = reading.cannotTrace !== undefined && untraced.length === 0
  const unread = await keptWithoutTrace(deps.store, deps.chain.id, finds.unread, untraced)
  const reread: Finds = {
    ...finds,
    unread,
    blocks: [],
    reread: blocks,
    readWhole: transactions.map(({ txHash }) => txHash).filter((hash) => !unlisted.has(hash)),
    scope: { transactions, tokens, traced },
  }
  const stored = await deps.store.storeFinds(deps.chain.id, to, reread)
  reportStored(deps, stored, reread)
  return stored.detected.length
}
