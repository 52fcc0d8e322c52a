import type { Hash } from '../../domain/address.ts'
import { ChainMoved } from '../../domain/errors.ts'

export interface ForkPoint {
  readonly height: bigint
  readonly hash: Hash
}

/**
 * Walks back until the stored header and the chain's agree (MONEY 21). What lies at `lowest`, the
 * block before the first one ever read, is the fork point in any case: nothing of ours is at or
 * below it. undefined when the headers that would tell were forgotten: the reorg is deeper than any
 * that was thought possible.
 * @param from where to begin, at or above `lowest`
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
    if (now === undefined) throw new ChainMoved(`the node has no block ${height} any more`)
    if (stored === now || height <= lowest) return { height, hash: now }
    if (stored === undefined) return undefined
  }
}
