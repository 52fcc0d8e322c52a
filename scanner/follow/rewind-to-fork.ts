import type { Hash } from '../../domain/address.ts'
import { smallerOf } from '../../domain/amount.ts'
import type { ChainReader } from '../../domain/chains/nodes/chain-reader.ts'
import { ChainAnswerBad, ChainMoved } from '../../domain/errors.ts'
import type { ScanCursor } from '../../domain/scan/scan-store.ts'
import type { ScanDeps } from '../context/scan-deps.ts'

/** A block by height and hash: the newest block on both chains. */
export interface ForkPoint {
  readonly height: bigint
  readonly hash: Hash
}

/**
 * Thrown if the headers that would show the fork point were deleted. The reorg is deeper than
 * expected, so an operator has to decide.
 */
export class ReorgTooDeep extends Error {
  override name = 'ReorgTooDeep'
}

/**
 * Walks back until the stored header and the chain's header agree (MONEY 21). The block at `lowest`
 * precedes the first block ever read. No deposit is at or below it, so the walk ends there in any
 * case.
 * @param from height to begin with, at or above `lowest`
 * @returns undefined when the headers that would show the fork point were deleted
 */
export async function findForkPoint(options: {
  readonly from: bigint
  readonly lowest: bigint
  readonly storedHash: (height: bigint) => Promise<Hash | undefined>
  readonly chainHash: (height: bigint) => Promise<Hash | undefined>
}): Promise<ForkPoint | undefined> {
  const { from, lowest, storedHash, chainHash } = options
  for (let height = from; ; height -= 1n) {
    const [stored, now] = await Promise.all([storedHash(height), chainHash(height)])
    if (now === undefined) throw new ChainMoved(`the node no longer has block ${height}`)
    if (stored === now || height <= lowest) return { height, hash: now }
    if (stored === undefined) return undefined
  }
}

type RewindDeps = Pick<ScanDeps, 'chain' | 'hints' | 'log' | 'metrics' | 'store' | 'witness'>

/**
 * Rewinds the cursor to the fork point in one commit and reports the reorg.
 * @param doubt stored block that the node seems to have replaced
 * @returns the cursor as it is stored now
 * @throws ReorgTooDeep, or ChainMoved if the doubted block is on the chain after all
 */
export async function rewindToFork(
  deps: RewindDeps,
  reader: ChainReader,
  cursor: ScanCursor,
  doubt: ForkPoint,
): Promise<ScanCursor> {
  const { chain, store } = deps
  const fork = await findForkPoint({
    from: doubt.height,
    lowest: cursor.startHeight - 1n,
    storedHash: (height) => store.storedHash(chain.id, height),
    chainHash: async (height) => (await reader.header(height))?.hash,
  })
  if (!fork) {
    throw new ReorgTooDeep(
      `${chain.name} differs from every stored header that is kept; check that the node follows the right chain`,
    )
  }
  // Behind a load balancer, the doubt may come from another node that follows an orphaned block.
  if (fork.height === doubt.height && fork.hash === doubt.hash) {
    throw new ChainMoved(
      `block ${fork.height} seemed to differ from the stored one, but is the same; reading again`,
    )
  }
  await checkBelowFinal(deps, cursor, fork)
  const { orphaned, wereDone, liveAgain } = await store.rewind(chain.id, fork, cursor.hash)
  deps.hints.orphaned(orphaned)
  reportReorg(deps, cursor, fork, { orphaned, wereDone, liveAgain })
  const { finalHeight } = cursor
  return {
    ...cursor,
    height: fork.height,
    hash: fork.hash,
    finalHeight: finalHeight === null ? null : smallerOf(finalHeight, fork.height),
    walletsHeight: smallerOf(cursor.walletsHeight, fork.height),
  }
}

function reportReorg(
  { chain, log, metrics }: RewindDeps,
  { height, finalHeight }: ScanCursor,
  fork: ForkPoint,
  { orphaned, wereDone, liveAgain }: Awaited<ReturnType<RewindDeps['store']['rewind']>>,
): void {
  const depth = Number(height - fork.height)
  metrics.count('reorgs', { chain: chain.name })
  metrics.gauge('reorg_depth_blocks', { chain: chain.name }, depth)
  log.warn({ fork: fork.height, depth, orphaned }, 'reorg detected; rewound to fork point')
  if (finalHeight !== null && fork.height < finalHeight) {
    metrics.count('reorgs_below_final', { chain: chain.name })
    log.error(
      { fork: fork.height, finalHeight, liveAgain },
      'reorg below the final height; the finality policy may be too short',
    )
  }
  if (wereDone.length > 0) log.error({ deposits: wereDone }, 'swept deposits were orphaned')
}

/**
 * MONEY 20: with several endpoints, one node alone cannot change a final block.
 * @throws ChainAnswerBad if enough endpoints still show the stored block
 */
async function checkBelowFinal(
  { chain, store, witness }: Pick<ScanDeps, 'chain' | 'store' | 'witness'>,
  { finalHeight }: ScanCursor,
  fork: ForkPoint,
): Promise<void> {
  if (!witness || finalHeight === null || fork.height >= finalHeight) return
  // The two chains part at the block above the fork point.
  const height = fork.height + 1n
  const [stored, agreed] = [
    await store.storedHash(chain.id, height),
    await witness.blockHash(height),
  ]
  if (stored === undefined || agreed !== stored) return
  throw new ChainAnswerBad(
    `a node of ${chain.name} shows another block ${height}, below the final height, than the other endpoints`,
  )
}
