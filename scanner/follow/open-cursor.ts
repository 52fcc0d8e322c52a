import { ChainMoved } from '../../domain/errors.ts'
import type { ScanCursor } from '../../domain/scan/scan-store.ts'
import type { ScanDeps } from '../context/scan-deps.ts'

/**
 * Returns the stored cursor. At the first start on a chain, stores a new cursor at the block before
 * the first block to read, which is `startBlock` or the head. All known wallets are watched from
 * the first block on, so they need no backfill.
 * @throws ChainMoved while the node does not have the block of the cursor yet
 */
export async function openCursor(
  deps: Pick<ScanDeps, 'chain' | 'reader' | 'store' | 'wallets' | 'watch' | 'log'>,
): Promise<ScanCursor> {
  const { chain, store, wallets, watch, log } = deps
  const stored = await store.cursor(chain.id)
  if (stored) return stored
  const reader = deps.reader.pinned()
  const { startBlock } = chain
  const wanted = startBlock === 'latest' ? (await reader.head()).number : startBlock
  // The genesis block has no transactions and no parent.
  const startHeight = wanted > 0n ? wanted : 1n
  const before = await reader.header(startHeight - 1n)
  if (!before) {
    throw new ChainMoved(`${chain.name} has no block ${startHeight - 1n} yet: startBlock is ahead`)
  }
  await store.start(chain.id, startHeight, before)
  const seq = watch.knowledge()?.seq ?? 0n
  await wallets.setWatched(chain.id, seq, before.number, before.hash)
  log.info({ startHeight }, 'first start on this chain')
  const cursor = await store.cursor(chain.id)
  if (!cursor) throw new Error(`the cursor of ${chain.name} is gone right after it was stored`)
  return cursor
}
