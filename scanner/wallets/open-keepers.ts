import type { BlockHeader } from '../../domain/chains/block.ts'
import type { ChainReader } from '../../domain/chains/nodes/chain-reader.ts'
import { keptStates } from '../../domain/chains/nodes/node-limits.ts'
import { ChainAnswerBad, ChainMoved, ChainRefused, ChainUnreachable } from '../../domain/errors.ts'
import type { ScanCursor } from '../../domain/scan/scan-store.ts'
import type { ScanDeps } from '../context/scan-deps.ts'

/** Opens the books of keepers, which begin with an opening balance. */
export interface KeeperOpenings {
  /**
   * Stores missing opening balances; does nothing once every keeper has one. A failed balance read
   * is logged and retried by the next step. Blocks are read meanwhile.
   */
  step(
    reader: ChainReader,
    cursor: ScanCursor,
    head: BlockHeader,
    finalHeight: bigint | undefined,
  ): Promise<void>
}

/**
 * MONEY 23: the books of a keeper open with its balance at a final block. All blocks from this
 * block on are read with the keeper known. The block is at or above the cursor with which the
 * scanner started, because earlier blocks may have been read before the keeper was configured. The
 * block is usually near the head, so that nodes without old state can answer.
 */
export function createKeeperOpenings({ chain, store, log }: ScanDeps): KeeperOpenings {
  let firstWatched: bigint | undefined
  let done = false
  let failures = 0

  async function openingBlock(reader: ChainReader, head: BlockHeader, height: bigint) {
    const header = await reader.header(height)
    const balanceAt = (hash: BlockHeader['hash']) =>
      reader.nativeBalance(chain.gasKeeper.address, hash)
    try {
      // A node that pruned the state may answer 0. If the head shows a balance, the head's balance
      // opens the books.
      const isEmpty = header && (await balanceAt(header.hash)) === 0n
      return isEmpty && (await balanceAt(head.hash)) > 0n ? head : header
    } catch (error) {
      // Some nodes keep no state of final blocks (on some rollups), or do not answer for them. The
      // head's balance is used in this case.
      if (error instanceof ChainRefused || isOldTo(head, height, error)) return head
      throw error
    }
  }

  async function open(
    reader: ChainReader,
    cursor: ScanCursor,
    head: BlockHeader,
    finalHeight: bigint,
  ): Promise<void> {
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
      log.info({ keepers, blockNumber }, 'keeper books opened')
    }
    done = true
  }

  return {
    async step(reader, cursor, head, finalHeight) {
      if (done || finalHeight === undefined) return
      try {
        await open(reader, cursor, head, finalHeight)
        failures = 0
      } catch (error) {
        if (!isOfChain(error)) throw error
        failures += 1
        if (Number.isInteger(Math.log2(failures)))
          log.warn({ error, failures }, 'opening keeper books failed; retrying')
      }
    },
  }
}

/**
 * Whether the block is so old that its state may be pruned. Nodes and gateways fail in many ways on
 * pruned state, so every chain error counts.
 */
function isOldTo(head: BlockHeader, height: bigint, error: unknown): boolean {
  return isOfChain(error) && head.number - height > keptStates
}

function isOfChain(error: unknown): boolean {
  return (
    error instanceof ChainRefused ||
    error instanceof ChainUnreachable ||
    error instanceof ChainAnswerBad ||
    error instanceof ChainMoved
  )
}
