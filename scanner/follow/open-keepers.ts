import type { BlockHeader } from '../../domain/chains/block.ts'
import type { ChainReader } from '../../domain/chains/nodes/chain-reader.ts'
import { keptStates } from '../../domain/chains/nodes/kept-states.ts'
import { ChainAnswerBad, ChainMoved, ChainRefused, ChainUnreachable } from '../../domain/errors.ts'
import type { ScanCursor } from '../../domain/scan/scan-store.ts'
import type { ScanDeps } from '../context/scan-deps.ts'

export interface KeeperOpenings {
  /**
   * Writes opening balances down where they lack; does nothing once all have one. Where the node
   * does not tell them, that is logged and the next step tries again: blocks are read meanwhile.
   */
  step(
    reader: ChainReader,
    cursor: ScanCursor,
    head: BlockHeader,
    finalHeight: bigint | undefined,
  ): Promise<void>
}

/**
 * MONEY 23: a keeper's books open with its balance at a final block from which on every block is
 * read with the keeper in mind: not below the cursor, which may have passed before the keeper was
 * configured. Usually near the head, so that nodes that forget old state can tell it.
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
      // A node that has pruned that state may answer 0: with coin at the head, the head's balance
      // opens the books.
      const isEmpty = header && (await balanceAt(header.hash)) === 0n
      return isEmpty && (await balanceAt(head.hash)) > 0n ? head : header
    } catch (error) {
      // A node that keeps no state of final blocks (some rollups' do not), or tells none: the
      // head's must do.
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
      log.info({ keepers, blockNumber }, 'the keeper’s books are opened')
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
          log.warn({ error, failures }, 'opening the keeper’s books failed; retrying')
      }
    },
  }
}

/** Nodes and gateways fail in many ways on state that they have forgotten. */
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
