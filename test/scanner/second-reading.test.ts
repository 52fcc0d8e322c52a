import { describe, expect, it } from 'vitest'
import type { Hash } from '../../domain/address.ts'
import type { Log } from '../../domain/block.ts'
import { ChainRefused } from '../../domain/errors.ts'
import type { ChainReader } from '../../domain/ports/chain-reader.ts'
import type { Finds, ScanCursor, ScanStore } from '../../domain/ports/scan-store.ts'
import type { FindsReading } from '../../scanner/read-finds.ts'
import type { ScanDeps } from '../../scanner/scan-deps.ts'
import { createSecondReading } from '../../scanner/second-reading.ts'
import { recordingLog } from '../fakes/recording-log.ts'
import { recordingMetrics } from '../fakes/recording-metrics.ts'
import { aBlock, aReceipt, aTransaction, aTransfer, aWatch, hash, who } from './a-block.ts'

const transfer = aTransfer()

interface Told {
  readonly ofRange?: (from: bigint, to: bigint) => readonly Log[]
  readonly ofBlock?: readonly Log[]
  /** The transaction's deposits are there already. */
  readonly stored?: boolean
  readonly wallets?: readonly string[]
  readonly cursor?: Partial<ScanCursor>
}

/** A process that begins at block 1, on a chain with one transfer in block 10. */
function aSecondReading(told: Told = {}) {
  const { ofRange = () => [transfer], ofBlock = [transfer], stored = false } = told
  const asked: string[] = []
  const detected = new Map<Hash, Set<Hash>>()
  if (stored) detected.set(transfer.transactionHash, new Set([transfer.blockHash]))
  const reader = {
    async transferLogsOfRange(from: bigint, to: bigint) {
      asked.push(`${from}-${to}`)
      return ofRange(from, to).filter((log) => log.blockNumber >= from && log.blockNumber <= to)
    },
    block: async () => aBlock({ transactions: [aTransaction({ to: who.token, value: 0n })] }),
    transferLogsOfBlock: async () => ofBlock,
    transferLogsElsewhere: async () => undefined,
    receipt: async () => aReceipt({ logs: [transfer] }),
  } as unknown as ChainReader
  const store = {
    depositBlocks: async () => detected,
    storedHash: async (_: number, height: bigint) => hash(Number(height)),
    async storeFinds(_: number, __: bigint, { deposits }: Finds) {
      for (const { txHash, blockHash } of deposits) detected.set(txHash, new Set([blockHash]))
      return { detected: deposits.map(({ id }) => id), foreign: [], gasSignals: [] }
    },
  } as unknown as ScanStore
  const metrics = recordingMetrics()
  const chain = { id: 1, name: 'devnet', tokens: [{ id: who.token }] }
  const wallets = new Set(told.wallets ?? [who.wallet])
  const reading = {
    ...aWatch,
    chain,
    width: 2,
    wallets: { matching: async () => wallets },
    mayHoldTransfers: () => true,
  } as unknown as FindsReading
  const hints = { gasMined() {} }
  const deps = { chain, store, metrics, hints, log: recordingLog() } as unknown as ScanDeps
  const opened = { startHeight: 1n, height: 0n, finalHeight: null, ...told.cursor } as ScanCursor
  const second = createSecondReading(deps, reading, opened)
  const late = () => metrics.counts.get('late_transfers') ?? 0
  return { asked, detected, second, late, ask: (height: bigint) => second.ask(reader, height) }
}

describe('the second reading of blocks that become final', () => {
  it('stores what the first one missed, and says so', async () => {
    const { second, ask, late, detected } = aSecondReading()
    second.moved(9n, 10n, 10n)
    await ask(10n)
    expect([late(), detected.has(transfer.transactionHash)]).toEqual([1, true])
    await ask(11n)
    expect(late()).toBe(1)
  })

  it('asks in one search, a few blocks into what was final, again after a failure', async () => {
    let refuse = false
    const ofRange = () => {
      if (refuse) throw new Error('no answer')
      return []
    }
    const { second, ask, asked } = aSecondReading({ ofRange })
    second.moved(0n, 64n, 64n)
    await ask(62n)
    for (let height = 65n; height <= 72n; height += 1n) second.moved(height - 1n, height, height)
    await ask(70n)
    refuse = true
    await expect(ask(72n)).rejects.toThrow('no answer')
    refuse = false
    await ask(72n)
    expect(asked).toEqual(['1-62', '59-70', '67-72', '67-72'])
  })

  it.each([1n, 5n, 10n, 100n, 255n])(
    'goes through at a node that caps searches at %s blocks, however far the final height jumps',
    async (cap) => {
      const { ask, asked } = aSecondReading({
        cursor: { height: 1_500n },
        ofRange: (from, to) => {
          if (to - from >= cap) throw new ChainRefused('block range too wide', -32600)
          return []
        },
      })
      await ask(1_500n)
      const done = asked.map((range) => range.split('-').map(BigInt) as [bigint, bigint])
      const taken = done.filter(([from, to]) => to - from < cap)
      expect(taken.reduce((next, [from, to]) => (from === next ? to + 1n : next), 1n)).toBe(1_501n)
    },
  )

  it('goes on where a look was cut off', async () => {
    let left = 3
    const ofRange = () => {
      if (left === 0) throw new Error('no answer')
      left -= 1
      return []
    }
    const { ask, asked } = aSecondReading({ cursor: { height: 1_500n }, ofRange })
    await expect(ask(1_500n)).rejects.toThrow('no answer')
    left = 100
    await ask(1_500n)
    const again = asked.filter((range) => range.startsWith('1-'))
    expect(again).toHaveLength(1)
  })

  it('asks about all that a process before it read and did not confirm', async () => {
    const { ask, asked } = aSecondReading({ cursor: { height: 90n, finalHeight: 80n } })
    await ask(88n)
    expect(asked).toEqual(['81-88'])
  })

  it('does not pay twice for catching up, nor for blocks that a reorg took', async () => {
    const { second, ask, asked } = aSecondReading()
    second.moved(0n, 256n, 1_000n)
    await ask(254n)
    expect(asked).toEqual([])
    second.moved(256n, 900n, 1_000n)
    second.moved(900n, 300n, 1_000n)
    second.moved(300n, 310n, 1_000n)
    await ask(310n)
    expect(asked).toEqual(['257-300'])
  })

  it.each<[string, Told]>([
    ['a transaction that has its deposits', { stored: true }],
    ['an address that only looks like a wallet', { wallets: [] }],
    ['a transfer to a stranger', { ofRange: () => [aTransfer({ to: who.stranger })] }],
  ])('reads no block again for %s', async (_, told) => {
    const { second, ask, late, detected } = aSecondReading(told)
    second.moved(9n, 10n, 10n)
    const before = detected.size
    await ask(10n)
    expect([late(), detected.size]).toEqual([0, before])
  })

  it.each<[string, Told, string]>([
    ['the block is called empty once more', { ofBlock: [] }, 'ChainAnswerBad'],
    [
      'the transfer is of another block at that height',
      { ofRange: () => [{ ...transfer, blockHash: hash(77) }] },
      'ChainMoved',
    ],
  ])('lets nothing be final while %s', async (_, told, name) => {
    const { second, ask, asked } = aSecondReading(told)
    second.moved(9n, 10n, 10n)
    await expect(ask(10n)).rejects.toMatchObject({ name })
    await expect(ask(10n)).rejects.toMatchObject({ name })
    expect(asked).toEqual(['10-10', '10-10'])
  })
})
