import { describe, expect, it } from 'vitest'
import type { BlockHeader } from '../../../domain/chains/block.ts'
import type { ChainReader } from '../../../domain/chains/nodes/chain-reader.ts'
import { ChainRefused, ChainUnreachable, DatabaseUnreachable } from '../../../domain/errors.ts'
import type { KeeperOpening } from '../../../domain/scan/own-transactions.ts'
import type { ScanCursor } from '../../../domain/scan/scan-store.ts'
import type { ScanDeps } from '../../../scanner/context/scan-deps.ts'
import { createKeeperOpenings } from '../../../scanner/wallets/open-keepers.ts'
import { aBlock, hash, who } from '../../harness/factories/a-block.ts'
import { recordingLog } from '../../harness/fakes/recording-log.ts'

const cursor = { height: 10n } as ScanCursor
const refused = new ChainRefused('Archive requests are not available on your current plan')
const away = new ChainUnreachable('the node answered HTTP 403')

/**
 * Creates the opening of a keeper's books at a node at height 300. The keeper has 5 wei at the
 * head.
 * @param old the balance that the node answers for an older block
 */
function aBench(old: () => Promise<bigint>) {
  const opened: KeeperOpening[] = []
  const log = recordingLog()
  const at = (number: bigint): BlockHeader => aBlock({ number, hash: hash(Number(number)) })
  const head = at(300n)
  const bench = {
    opened,
    log,
    atHead: async () => 5n,
    unopened: async () => [who.keeper],
    step: async (final: bigint) => {
      await openings.step(reader, cursor, head, final)
      return opened.map(({ blockNumber, balanceWei }) => [blockNumber, balanceWei])
    },
  }
  const reader = {
    header: async (height: bigint) => at(height),
    nativeBalance: (_: string, block: string) => (block === head.hash ? bench.atHead() : old()),
  } as unknown as ChainReader
  const store = {
    unopened: () => bench.unopened(),
    openKeepers: async (_: number, openings: readonly KeeperOpening[]) => {
      opened.push(...openings)
    },
  }
  const chain = { id: 1, name: 'devnet', gasKeeper: { address: who.keeper } }
  const openings = createKeeperOpenings({ chain, store, log } as unknown as ScanDeps)
  return bench
}

const failing = (error: Error) => () => Promise.reject(error)

describe('the opening of a keeper’s books (MONEY 23)', () => {
  it('is the balance of a final block', async () => {
    expect(await aBench(async () => 7n).step(250n)).toEqual([[250n, 7n]])
  })

  it.each([
    ['refuses old state', refused],
    ['does not answer for old state', away],
  ])('is the balance at the head if the node %s', async (_, error) => {
    expect(await aBench(failing(error)).step(150n)).toEqual([[300n, 5n]])
  })

  it('is not set while the node is unreachable and the block is recent enough that full nodes keep its state', async () => {
    let isAway = true
    const bench = aBench(async () => {
      if (isAway) throw away
      return 7n
    })
    expect(await bench.step(250n)).toEqual([])
    isAway = false
    expect(await bench.step(260n)).toEqual([[260n, 7n]])
  })

  it('is retried at each step if the balance at the head cannot be read either', async () => {
    const bench = aBench(failing(refused))
    bench.atHead = failing(refused)
    for (let n = 0; n < 5; n += 1) expect(await bench.step(150n)).toEqual([])
    expect(bench.log.lines.filter(({ level }) => level === 'warn')).toHaveLength(3)
    bench.atHead = async () => 5n
    expect(await bench.step(150n)).toEqual([[300n, 5n]])
  })

  it('fails if the database is unreachable', async () => {
    const down = new DatabaseUnreachable('connection refused')
    const bench = aBench(async () => 7n)
    bench.unopened = failing(down)
    await expect(bench.step(250n)).rejects.toBe(down)
  })
})
