import type { BlockHeader } from '../../domain/chains/block.ts'
import type { ChainReader } from '../../domain/chains/nodes/chain-reader.ts'
import { BlockMissing } from '../../domain/errors.ts'
import type { ScanCursor } from '../../domain/scan/scan-store.ts'
import { reportStored } from '../context/report-stored.ts'
import { defaultTuning, type ScanDeps } from '../context/scan-deps.ts'
import { createAdaptiveRange } from '../detect/adaptive-range.ts'
import { type FindsReading, type RangeFinds, readFinds } from '../detect/read-finds.ts'
import { type ForkPoint, rewindToFork } from './rewind-to-fork.ts'

/**
 * `same` and `advanced`: the cursor is on the node's chain. `behind`: the node lacks blocks that
 * were read or announced.
 */
export type Followed = 'same' | 'advanced' | 'rewound' | 'behind'

interface Moved {
  readonly followed: Followed
  /** The cursor as it is stored now. */
  readonly cursor: ScanCursor
}

/** Moves the cursor along the node's chain. */
export interface ChainFollower {
  /** Commits at most once: forward, or back to a fork point. */
  follow(reader: ChainReader, head: BlockHeader, cursor: ScanCursor): Promise<Moved>
}

/**
 * A node may lack blocks this close to a head that another node announced. Lag does not explain a
 * block that is missing further below the head.
 */
const justAnnounced = 4n

/**
 * Keeps the cursor on the chain. Invariant: the parent hash of every stored block is the hash of
 * the block below, and commit 1, which stores blocks, refuses any other block (MONEY 21). If a
 * header does not fit, the cursor is rewound to the fork point before the next block is read.
 */
export function createChainFollower(deps: ScanDeps, reading: FindsReading): ChainFollower {
  const { chain, store } = deps
  const tuning = { ...defaultTuning, ...deps.tuning }
  const range = createAdaptiveRange({ first: tuning.firstRange, most: tuning.mostRange })

  async function advance(
    reader: ChainReader,
    head: BlockHeader,
    cursor: ScanCursor,
  ): Promise<Moved> {
    // One try per iteration, because the next iteration may ask another node.
    const ahead = { from: cursor.height + 1n, to: head.number }
    const { result: finds } = await range.readPiece(reader, ahead, (from, to) =>
      readAvailable(reader, head, from, to),
    )
    if (!finds) return { followed: 'behind', cursor }
    if (finds.blocks[0].parentHash !== cursor.hash) return await rewind(reader, cursor, cursor)
    const stored = await store.storeFinds(chain.id, head.number, finds)
    reportStored(deps, stored, finds)
    const last = finds.blocks.at(-1) ?? finds.blocks[0]
    return { followed: 'advanced', cursor: { ...cursor, height: last.number, hash: last.hash } }
  }

  /**
   * Reads the blocks that the node has. One node may announce the newest block while the next
   * request reaches another node, which does not have the block yet (INFURA #43, firehose-ethereum
   * #198).
   * @returns undefined if the node has none of the blocks and is on our chain
   */
  async function readAvailable(
    reader: ChainReader,
    head: BlockHeader,
    from: bigint,
    to: bigint,
  ): Promise<RangeFinds | undefined> {
    try {
      return await readFinds(reader, from, to, reading)
    } catch (error) {
      if (!(error instanceof BlockMissing) || head.number - error.height > justAnnounced)
        throw error
      if (error.height > from) return await readFinds(reader, from, error.height - 1n, reading)
      const below = await store.storedHash(chain.id, from - 1n)
      if (below === undefined || (await reader.header(from - 1n))?.hash !== below) throw error
      return undefined
    }
  }

  async function rewind(reader: ChainReader, cursor: ScanCursor, doubt: ForkPoint): Promise<Moved> {
    return { followed: 'rewound', cursor: await rewindToFork(deps, reader, cursor, doubt) }
  }

  return {
    async follow(reader, head, cursor) {
      if (head.number > cursor.height) return await advance(reader, head, cursor)
      const stored =
        head.number === cursor.height ? cursor.hash : await store.storedHash(chain.id, head.number)
      // Another hash than the stored hash at the head's height is a reorg. Any other head below the
      // cursor is lag.
      if (stored !== undefined && stored !== head.hash)
        return await rewind(reader, cursor, { height: head.number, hash: stored })
      return { followed: head.number === cursor.height ? 'same' : 'behind', cursor }
    },
  }
}
