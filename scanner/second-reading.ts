import type { Address } from '../domain/address.ts'
import { largerOf, smallerOf } from '../domain/amount.ts'
import type { Log } from '../domain/block.ts'
import { ChainAnswerBad, ChainMoved, ChainRefused } from '../domain/errors.ts'
import type { ChainReader } from '../domain/ports/chain-reader.ts'
import type { ScanCursor } from '../domain/ports/scan-store.ts'
import { creditedBy } from './find-hits.ts'
import { createRangeSize } from './range-size.ts'
import type { FindsReading } from './read-finds.ts'
import { rereadRange } from './rescan-range.ts'
import { defaultTuning, type ScanDeps } from './scan-deps.ts'

/** Asks once more for the transfers of blocks that were read near the head, when they become final. */
export interface SecondReading {
  /** The cursor went from one height to another, lower after a rewind, under a head as high as this. */
  moved(from: bigint, to: bigint, head: bigint): void
  /**
   * What the first reading missed at or below the height is stored when this resolves.
   * @throws what a reading throws: nothing is final before it went through
   */
  ask(reader: ChainReader, height: bigint): Promise<void>
}

/**
 * Near the head a node may lag, and answer [] for a block that it lacks: behind a balancer the next question may reach the
 * same one. Blocks so far below the head are old to every node: catching up is not paid for twice.
 */
const nearHead = 256n
/**
 * A block is asked about until it lies so far below the final height: where finality is short (15 blocks are eleven seconds
 * on BSC), a node may lag by more than that. One search answers for old and new ones.
 */
const askedBelowFinal = 4n

interface Span {
  readonly from: bigint
  readonly to: bigint
}

/** @param opened what a process before has read is asked about once more, all of it that is not final */
export function createSecondReading(
  deps: Pick<ScanDeps, 'chain' | 'hints' | 'log' | 'metrics' | 'store' | 'tuning'>,
  reading: FindsReading,
  opened: ScanCursor,
): SecondReading {
  const { chain, log, metrics, store } = deps
  const tuning = { ...defaultTuning, ...deps.tuning }
  const size = createRangeSize({ first: tuning.firstRange, most: tuning.mostRange })
  const tokens = chain.tokens.map(({ id }) => id as Address)
  const watch = { ...reading, chainId: chain.id, tokens: new Set(tokens) }
  const lowest = opened.startHeight
  /** In order, none beside another. */
  let spans: readonly Span[] = []
  add(largerOf(lowest, (opened.finalHeight ?? 0n) + 1n), opened.height)

  function add(from: bigint, to: bigint): void {
    if (from > to) return
    const last = spans.at(-1)
    const joins = last && last.to + 1n === from
    spans = joins ? [...spans.slice(0, -1), { from: last.from, to }] : [...spans, { from, to }]
  }

  /** Of these logs those that credit a wallet, and whose transaction has no credited deposit in their block. */
  async function missedOf(logs: readonly Log[]): Promise<readonly Log[]> {
    const credits = logs.flatMap((transfer) => {
      const wallet = creditedBy(transfer, watch)
      return wallet ? [{ transfer, wallet }] : []
    })
    if (credits.length === 0) return []
    const hashes = new Set(credits.map(({ transfer }) => transfer.transactionHash))
    const stored = await store.depositBlocks(chain.id, [...hashes])
    const missed = credits.filter(
      ({ transfer }) => !stored.get(transfer.transactionHash)?.has(transfer.blockHash),
    )
    if (missed.length === 0) return []
    // Fingerprints may err.
    const known = await reading.wallets.matching([...new Set(missed.map(({ wallet }) => wallet))])
    return missed.filter(({ wallet }) => known.has(wallet)).map(({ transfer }) => transfer)
  }

  async function readAgain(reader: ChainReader, missed: readonly Log[]): Promise<void> {
    const blocks = new Map(missed.map(({ blockNumber, blockHash }) => [blockNumber, blockHash]))
    for (const [height, hash] of blocks) {
      const ours = await store.storedHash(chain.id, height)
      if (ours !== undefined && ours !== hash) {
        throw new ChainMoved(`transfers of block ${height} are of another block at that height`)
      }
      // One block alone is asked by its hash.
      const found = await rereadRange(reader, height, height, reading, deps)
      if (found === 0) continue
      metrics.count('late_transfers', { chain: chain.name }, found)
      log.warn(
        { height, found },
        'transfers of a block were missing when it was read first: its node lagged, or the wallets are new',
      )
    }
    if ((await missedOf(missed)).length > 0) {
      throw new ChainAnswerBad(`transfers of blocks ${[...blocks.keys()]} are there and not there`)
    }
  }

  /** @param keepFrom what is to be asked about again, once more has become final */
  async function askAbout(reader: ChainReader, { from, to }: Span, keepFrom: bigint) {
    for (let next = from; next <= to; ) {
      const end = smallerOf(to, next + BigInt(size.blocks) - 1n)
      const logs = await search(reader, next, end)
      if (!logs) continue
      const missed = await missedOf(logs)
      if (missed.length > 0) await readAgain(reader, missed)
      next = end + 1n
      // What is done is done: after a failure the next look goes on from here.
      spans = between(spans, smallerOf(next, keepFrom), spans.at(-1)?.to ?? to)
    }
  }

  /** undefined where the node refuses so many blocks: providers cap a search, each at another number. */
  async function search(reader: ChainReader, from: bigint, to: bigint) {
    try {
      const logs = await reader.transferLogsOfRange(from, to, tokens)
      size.grow()
      return logs
    } catch (error) {
      if (!(error instanceof ChainRefused) || from === to) throw error
      size.shrink()
      return undefined
    }
  }

  return {
    moved(from, to, head) {
      spans = between(spans, lowest, to)
      if (head - to < nearHead) add(from + 1n, to)
    },
    async ask(reader, height) {
      if (tokens.length === 0) return
      const keepFrom = height - askedBelowFinal + 1n
      for (const span of between(spans, lowest, height)) await askAbout(reader, span, keepFrom)
    },
  }
}

/** What of the spans lies between two heights, both included. */
function between(spans: readonly Span[], from: bigint, to: bigint): readonly Span[] {
  return spans
    .map((span) => ({ from: largerOf(span.from, from), to: smallerOf(span.to, to) }))
    .filter((span) => span.from <= span.to)
}
