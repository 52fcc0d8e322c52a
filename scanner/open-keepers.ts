import type { BlockHeader } from '../domain/block.ts'
import { ChainRefused } from '../domain/errors.ts'
import type { ChainReader } from '../domain/ports/chain-reader.ts'
import type { ScanCursor } from '../domain/ports/scan-store.ts'
import type { ScanDeps } from './scan-deps.ts'

export interface KeeperOpenings {
  /** Writes opening balances down where they lack; does nothing once all have one. */
  step(
    reader: ChainReader,
    cursor: ScanCursor,
    head: BlockHeader,
    finalHeight: bigint | undefined,
  ): Promise<void>
}

/**
 * MONEY 23: a keeper's books open with its balance at a final block from which on every block is read with the keeper in
 * mind: not below the cursor, which may have passed before the keeper was configured. Usually near the head, so that nodes
 * that forget old state can tell it.
 */
export function createKeeperOpenings({ chain, store, log }: ScanDeps): KeeperOpenings {
  let firstWatched: bigint | undefined
  let done = false

  async function openingBlock(reader: ChainReader, head: BlockHeader, height: bigint) {
    const header = await reader.header(height)
    const balanceAt = (hash: BlockHeader['hash']) =>
      reader.nativeBalance(chain.gasKeeper.address, hash)
    try {
      // A node that has pruned that state may answer 0: with coin at the head, the head's balance opens the books.
      const isEmpty = header && (await balanceAt(header.hash)) === 0n
      return isEmpty && (await balanceAt(head.hash)) > 0n ? head : header
    } catch (error) {
      // A node that keeps no state of final blocks (some rollups' do not): the head's must do.
      if (error instanceof ChainRefused) return head
      throw error
    }
  }

  return {
    async step(reader, cursor, head, finalHeight) {
      if (done || finalHeight === undefined) return
      firstWatched ??= cursor.height
      if (finalHeight < firstWatched) return
      const keepers = await store.unopened(chain.id)
      if (keepers.length > 0) {
        const block = await openingBlock(reader, head, finalHeight)
        if (!block) return
        const blockNumber = block.number
        const openings = await Promise.all(
          keepers.map(async (keeper) => ({
            keeper,
            balanceWei: await reader.nativeBalance(keeper, block.hash),
            blockNumber,
          })),
        )
        await store.openKeepers(chain.id, openings)
        log.info({ keepers, blockNumber }, 'the keeper’s books are opened')
      }
      done = true
    },
  }
}
