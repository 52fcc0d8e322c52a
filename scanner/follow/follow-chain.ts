import { smallerOf } from '../../domain/amount.ts'
import type { BlockHeader } from '../../domain/chains/block.ts'
import type { ChainReader } from '../../domain/chains/nodes/chain-reader.ts'
import { BlockMissing, ChainAnswerBad, ChainMoved } from '../../domain/errors.ts'
import type { ScanCursor } from '../../domain/scan/scan-store.ts'
import { tellStored } from '../context/report-stored.ts'
import { defaultTuning, type ScanDeps } from '../context/scan-deps.ts'
import { createAdaptiveRange } from '../detect/adaptive-range.ts'
import { type FindsReading, readFinds } from '../detect/read-finds.ts'
import { type ForkPoint, findForkPoint } from './find-fork-point.ts'
import { ReorgTooDeep } from './reorg-too-deep.ts'

/**
 * `same` and `advanced`: the cursor is on the node's chain. `behind`: this node knows less than was
 * read.
 */
export type Followed = 'same' | 'advanced' | 'rewound' | 'behind'

export interface ChainFollower {
  /** One commit forward, or one back to a fork point. Returns the cursor as it is stored now. */
  follow(
    reader: ChainReader,
    head: BlockHeader,
    cursor: ScanCursor,
  ): Promise<{ readonly followed: Followed; readonly cursor: ScanCursor }>
}

/**
 * How far below a head that one node announces another node may not have come yet. A gap farther
 * down is no lag.
 */
const justAnnounced = 4n

/**
 * Keeps the cursor on the chain. Invariant: every stored block follows the one below it by parent
 * hash, and commit 1 refuses any other (MONEY 21); a header that does not fit leads back to the
 * fork point before anything is read on.
 */
export function createChainFollower(deps: ScanDeps, reading: FindsReading): ChainFollower {
  const { chain, store, hints, log, metrics } = deps
  const tuning = { ...defaultTuning, ...deps.tuning }
  const range = createAdaptiveRange({ first: tuning.firstRange, most: tuning.mostRange })

  async function advance(reader: ChainReader, head: BlockHeader, cursor: ScanCursor) {
    // One try a look: after a failure another node may be asked.
    const ahead = { from: cursor.height + 1n, to: head.number }
    const { result: finds } = await range.readPiece(reader, ahead, (from, to) =>
      readWhatIsThere(reader, head, from, to),
    )
    if (!finds) return { followed: 'behind' as const, cursor }
    if (finds.blocks[0].parentHash !== cursor.hash) return rewind(reader, cursor, cursor)
    const stored = await store.storeFinds(chain.id, head.number, finds)
    tellStored(deps, stored, finds)
    const last = finds.blocks.at(-1) ?? finds.blocks[0]
    const moved = { ...cursor, height: last.number, hash: last.hash }
    return { followed: 'advanced' as const, cursor: moved }
  }

  /**
   * The newest block may be announced by one node and asked of another, that has not got it yet
   * (INFURA #43, firehose-ethereum #198): what lies below is read. @returns undefined where not
   * even the first is there, and the node stands on our chain
   */
  async function readWhatIsThere(reader: ChainReader, head: BlockHeader, from: bigint, to: bigint) {
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

  /** @param doubt the stored block that the node seemed to have another in the place of */
  async function rewind(reader: ChainReader, cursor: ScanCursor, doubt: ForkPoint) {
    const fork = await findForkPoint({
      from: doubt.height,
      lowest: cursor.startHeight - 1n,
      storedHash: (height) => store.storedHash(chain.id, height),
      chainHash: async (height) => (await reader.header(height))?.hash,
    })
    if (!fork) {
      throw new ReorgTooDeep(
        `${chain.name} differs from what was stored below every header that is kept: is the node on the right chain?`,
      )
    }
    // Behind a balancer another node may have raised the doubt, one that stands on a block that
    // died: nothing is undone for it.
    if (fork.height === doubt.height && fork.hash === doubt.hash) {
      throw new ChainMoved(
        `block ${fork.height} seemed to be another than was read, and is the one: the chain is looked at again`,
      )
    }
    await checkBelowFinal(deps, cursor, fork)
    const { orphaned, wereDone, liveAgain } = await store.rewind(chain.id, fork, cursor.hash)
    hints.orphaned(orphaned)
    const depth = Number(cursor.height - fork.height)
    metrics.count('reorgs', { chain: chain.name })
    metrics.gauge('reorg_depth_blocks', { chain: chain.name }, depth)
    log.warn({ fork: fork.height, depth, orphaned }, 'a reorg: back to the fork point')
    const { finalHeight } = cursor
    if (finalHeight !== null && fork.height < finalHeight) {
      metrics.count('reorgs_below_final', { chain: chain.name })
      log.error(
        { fork: fork.height, finalHeight, liveAgain },
        'a reorg went below what was final: is the finality policy too short?',
      )
    }
    if (wereDone.length > 0) {
      log.error({ deposits: wereDone }, 'deposits that were swept already are un-credited')
    }
    const rewound = {
      ...cursor,
      height: fork.height,
      hash: fork.hash,
      finalHeight: finalHeight === null ? null : smallerOf(finalHeight, fork.height),
      walletsHeight: smallerOf(cursor.walletsHeight, fork.height),
    }
    return { followed: 'rewound' as const, cursor: rewound }
  }

  return {
    async follow(reader, head, cursor) {
      if (head.number > cursor.height) return advance(reader, head, cursor)
      const stored =
        head.number === cursor.height ? cursor.hash : await store.storedHash(chain.id, head.number)
      // A node that knows less, on our chain or where we can't tell, lags; on another chain it
      // shows a reorg.
      if (stored !== undefined && stored !== head.hash)
        return rewind(reader, cursor, { height: head.number, hash: stored })
      return { followed: head.number === cursor.height ? 'same' : 'behind', cursor }
    },
  }
}

/**
 * MONEY 20: that what was final has changed is believed of several endpoints only where enough of
 * them say so.
 */
async function checkBelowFinal(
  { chain, store, witness }: Pick<ScanDeps, 'chain' | 'store' | 'witness'>,
  { finalHeight }: ScanCursor,
  fork: ForkPoint,
): Promise<void> {
  if (!witness || finalHeight === null || fork.height >= finalHeight) return
  // The block above the fork point is where the two chains part.
  const height = fork.height + 1n
  const [stored, agreed] = [
    await store.storedHash(chain.id, height),
    await witness.blockHash(height),
  ]
  if (stored === undefined || agreed !== stored) return
  throw new ChainAnswerBad(
    `a node of ${chain.name} shows another block ${height}, below what is final, than the others do`,
  )
}
