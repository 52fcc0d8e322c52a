import { describe, expect, it } from 'vitest'
import type { ChainReader } from '../../../domain/chains/nodes/chain-reader.ts'
import type { Finds, ScanCursor, ScanStore } from '../../../domain/scan/scan-store.ts'
import type { ScanDeps } from '../../../scanner/context/scan-deps.ts'
import type { FindsReading } from '../../../scanner/detect/read-finds.ts'
import { createChainFollower } from '../../../scanner/follow/follow-chain.ts'
import { aBlock, aWatch, hash } from '../../harness/factories/a-block.ts'
import { recordingLog } from '../../harness/fakes/recording-log.ts'
import { recordingMetrics } from '../../harness/fakes/recording-metrics.ts'

const blockAt = (height: bigint) =>
  aBlock({ number: height, hash: hash(Number(height)), parentHash: hash(Number(height) - 1) })

/**
 * Follows a chain without transfers at a node that lacks the block `missing`. Returns the result
 * and the new height of the cursor.
 */
async function follow(heights: {
  readonly cursor: bigint
  readonly head: bigint
  readonly missing: bigint
}) {
  const reader = {
    head: async () => blockAt(heights.head),
    header: async (height: bigint) => blockAt(height),
    block: async (height: bigint) => (height === heights.missing ? undefined : blockAt(height)),
  } as unknown as ChainReader
  const store = {
    storedHash: async (_: number, height: bigint) => hash(Number(height)),
    storeFinds: async (_: number, __: bigint, { unread }: Finds) => ({
      ...{ detected: [], differences: [], external: [], gasSignals: [], unread, unreadAboveCap: 0 },
    }),
  } as unknown as ScanStore
  const chain = { id: 1, name: 'devnet', tokens: [] }
  const shared = { chain, store, metrics: recordingMetrics(), log: recordingLog() }
  const deps = { ...shared, hints: { gasMined() {} } } as unknown as ScanDeps
  const wallets = { matching: async () => new Set() }
  const reading = { ...aWatch, chain, wallets, width: 2 } as unknown as FindsReading
  const cursor = { height: heights.cursor, hash: hash(Number(heights.cursor)) } as ScanCursor
  const { followed, cursor: moved } = await createChainFollower(deps, reading).follow(
    reader,
    blockAt(heights.head),
    cursor,
  )
  return [followed, moved.height]
}

describe('the scanner at a node that lacks one block', () => {
  it('reads the blocks below if the newest block is missing (INFURA #43, firehose-ethereum #198)', async () => {
    expect(await follow({ cursor: 5n, head: 8n, missing: 8n })).toEqual(['advanced', 7n])
  })

  it('reports that the node is behind if the only new block is missing', async () => {
    expect(await follow({ cursor: 7n, head: 8n, missing: 8n })).toEqual(['behind', 7n])
  })

  it('throws if a block far below the head is missing', async () => {
    await expect(follow({ cursor: 5n, head: 20n, missing: 6n })).rejects.toThrow('has no block 6')
  })
})
