import type { Address, Hash } from '../../domain/address.ts'
import { largerOf, smallerOf } from '../../domain/amount.ts'
import type { BlockHeader, Log } from '../../domain/chains/block.ts'
import { distinctLogs, mergeSearches } from '../../domain/chains/log-content.ts'
import { asksTooMuch } from '../../domain/chains/nodes/asks-too-much.ts'
import type { ChainReader } from '../../domain/chains/nodes/chain-reader.ts'
import { refusesHistory } from '../../domain/chains/nodes/refuses-history.ts'
import { ChainAnswerBad, ChainMoved, ChainRefused, ChainUnreachable } from '../../domain/errors.ts'
import type { ScanCursor } from '../../domain/scan/scan-store.ts'
import { rereadRange } from '../backfill/rescan-range.ts'
import { tellStored } from '../context/report-stored.ts'
import { defaultTuning, type ScanDeps } from '../context/scan-deps.ts'
import { createAdaptiveRange } from '../detect/adaptive-range.ts'
import { walletCredited } from '../detect/credit-rule.ts'
import type { FindsReading } from '../detect/read-finds.ts'
import { leave } from '../detect/read-or-leave.ts'
import { createAskedInTime } from './asked-in-time.ts'
import { compareCredits } from './compare-credits.ts'
import { createSecondOpinion } from './second-opinion.ts'

/**
 * Asks once more for the transfers of blocks that were read near the head, when they become final;
 * another endpoint too.
 */
export interface SecondReading {
  /**
   * The cursor went from one height to another, lower after a rewind, under a head as high as this.
   */
  moved(from: bigint, to: bigint, head: bigint): void
  /**
   * What the first reading missed at or below the height is stored when this resolves.
   * @throws what a reading throws: nothing is final before it went through
   */
  ask(reader: ChainReader, height: bigint): Promise<void>
  /**
   * Where finality is slower than nodes without history remember, asks in time about what is not
   * final yet. `ask` then asks no receipts for blocks whose logs the node refuses. A failure is
   * logged: `ask` decides.
   */
  askInTime(reader: ChainReader, head: bigint): Promise<void>
}

/**
 * Near the head a node may lag, and answer [] for a block that it lacks: behind a balancer the next
 * question may reach the same one. Blocks so far below the head are old to every node: catching up
 * is not paid for twice.
 */
const nearHead = 256n
/**
 * A block is asked about until it lies so far below the final height: where finality is short (15
 * blocks are eleven seconds on BSC), a node may lag by more than that. One search answers for old
 * and new ones.
 */
const askedBelowFinal = 4n

/** Of the endpoint in use, and what it and another list together. */
interface Searches {
  readonly own: readonly Log[]
  readonly both: readonly Log[]
}

interface Span {
  readonly from: bigint
  readonly to: bigint
}

/**
 * @param opened what a process before has read is asked about once more, all of it that is not
 * final
 */
export function createSecondReading(
  deps: Pick<ScanDeps, 'chain' | 'hints' | 'log' | 'metrics' | 'store' | 'tuning'>,
  reading: FindsReading,
  opened: ScanCursor,
): SecondReading {
  const { chain, log, metrics, store } = deps
  const tuning = { ...defaultTuning, ...deps.tuning }
  const range = createAdaptiveRange({ first: tuning.firstRange, most: tuning.mostRange })
  const tokens = chain.tokens.map(({ id }) => id as Address)
  const watch = { ...reading, chainId: chain.id, tokens: new Set(tokens) }
  const opinion = createSecondOpinion()
  const lowest = opened.startHeight
  const inTime = createAskedInTime()
  /** In order, none beside another. */
  let spans: readonly Span[] = []
  add(largerOf(lowest, (opened.finalHeight ?? 0n) + 1n), opened.height)

  function add(from: bigint, to: bigint): void {
    if (from > to) return
    const last = spans.at(-1)
    const joins = last && last.to + 1n === from
    spans = joins ? [...spans.slice(0, -1), { from: last.from, to }] : [...spans, { from, to }]
  }

  /** What of these logs is not stored as often as they list it, and what is stored more often. */
  async function differencesOf(
    logs: readonly Log[],
  ): Promise<{ readonly missed: readonly Log[]; readonly fewer: readonly Log[] }> {
    const credits = logs.flatMap((log) => {
      const wallet = walletCredited(log, watch)
      return wallet ? [{ log, wallet }] : []
    })
    if (credits.length === 0) return { missed: [], fewer: [] }
    const hashes = [...new Set(credits.map((credit) => credit.log.transactionHash))]
    const stored = await store.storedTransfers(chain.id, hashes)
    const { missed, fewer } = compareCredits(
      credits,
      stored.filter(({ asset }) => watch.tokens.has(asset as Address)),
    )
    if (missed.length === 0) return { missed: [], fewer }
    // Fingerprints may err.
    const known = await reading.wallets.matching([...new Set(missed.map(({ wallet }) => wallet))])
    const lost = missed.filter(({ wallet }) => known.has(wallet)).map(({ log }) => log)
    // Those cannot be read yet: they hold up nobody, and are credited when they can.
    const unread = lost.length === 0 ? new Set() : await store.unreadAmong(chain.id, lost)
    return { missed: lost.filter(({ transactionHash }) => !unread.has(transactionHash)), fewer }
  }

  function tellLate(height: bigint, found: number): void {
    if (found === 0) return
    metrics.count('late_transfers', { chain: chain.name }, found)
    log.warn(
      { height, found },
      'transfers of a block were missing when it was read first: its node lagged, or the wallets are new',
    )
  }

  async function readAgain(
    reader: ChainReader,
    logs: readonly Log[],
    differing: readonly Log[],
  ): Promise<void> {
    const heights = new Set(differing.map(({ blockNumber }) => blockNumber))
    const ours = new Map<bigint, Hash | undefined>()
    for (const height of heights) {
      // One block alone is asked by its hash, which must be the stored one. A search may name it
      // otherwise (XDPoSChain #208).
      const found = await rereadRange(reader, height, height, reading, deps)
      ours.set(height, await store.storedHash(chain.id, height))
      tellLate(height, found)
    }
    const again = logs
      .filter(({ blockNumber }) => heights.has(blockNumber))
      .map((one) => ({ ...one, blockHash: ours.get(one.blockNumber) ?? one.blockHash }))
    // Fewer is an alarm that the re-read has raised where its receipt agrees: what is stored stays.
    if ((await differencesOf(again)).missed.length > 0) {
      throw new ChainAnswerBad(`transfers of blocks ${[...heights]} are there and not there`)
    }
  }

  /**
   * What only the other endpoint lists is read from that one. What can't be read there becomes
   * unread: it is asked for in the background, and holds up nothing. Blocks that are not ours are
   * left out: the other endpoint may stand on another fork. So are transactions that are stored:
   * their receipts were read, and where endpoints differ about one, the quorum decides (MONEY 20).
   */
  async function readElsewhere(reader: ChainReader, logs: readonly Log[]): Promise<void> {
    const missed = await unknownAmong((await differencesOf(logs)).missed)
    const blocks = new Map(missed.map(({ blockNumber, blockHash }) => [blockNumber, blockHash]))
    for (const [number, hash] of blocks) {
      if ((await store.storedHash(chain.id, number)) !== hash) continue
      const listed = missed.filter((one) => one.blockHash === hash)
      const doubtful = [...new Set(listed.map(({ transactionHash }) => transactionHash))]
      metrics.count('cut_log_answers', { chain: chain.name })
      log.warn(
        { height: number, transactions: doubtful.length, first: doubtful[0] },
        'one endpoint lists transfers that another has left out of its answer: they are read from the first',
      )
      const options = { ...reading, doubtful }
      const found = await unlessEndpointFails(
        rereadRange(reader.endpoint(1), number, number, options, deps),
        (error) =>
          log.warn({ error, height: number }, 'the other endpoint does not show that block'),
      )
      metrics.count('late_transfers', { chain: chain.name }, found ?? 0)
      const left = await unknownAmong((await differencesOf(listed)).missed)
      if (left.length > 0) await leaveUnread({ number, hash }, left)
    }
  }

  /** Logs of transactions of which nothing is stored in that block. */
  async function unknownAmong(logs: readonly Log[]): Promise<readonly Log[]> {
    if (logs.length === 0) return []
    const hashes = [...new Set(logs.map(({ transactionHash }) => transactionHash))]
    const stored = await store.storedTransfers(chain.id, hashes)
    const known = new Set(stored.map(({ txHash, blockHash }) => `${txHash} ${blockHash}`))
    return logs.filter((one) => !known.has(`${one.transactionHash} ${one.blockHash}`))
  }

  async function leaveUnread(
    block: Pick<BlockHeader, 'number' | 'hash'>,
    logs: readonly Log[],
  ): Promise<void> {
    const hashes = new Set(logs.map(({ transactionHash }) => transactionHash))
    const why = 'one endpoint lists transfers of it, and does not show them in its receipt'
    const unread = [...hashes].map((hash) => ({
      ...leave(block, { hash, from: null, nonce: null }, why),
      own: false,
    }))
    const nothing = { deposits: [], refills: [], ownTransactions: [], blocks: [] }
    tellStored(deps, await store.storeFinds(chain.id, block.number, { ...nothing, unread }), {
      ...nothing,
      unread,
    })
  }

  /** @param keepFrom what is to be asked about again, once more has become final */
  async function askAbout(reader: ChainReader, { from, to }: Span, keepFrom: bigint) {
    const search = async (first: bigint, last: bigint) => {
      const where = { from: first, to: last }
      const [own, others] = await Promise.all([
        reader.transferLogsOfRange(first, last, tokens).catch((error: unknown) => {
          const isRefused = refusesHistory(error)
          if (isRefused && inTime.holds(where)) return []
          // One block whose logs pass a limit of the node, or are too old for it: it is read by its
          // receipts.
          if (first === last && (isRefused || asksTooMuch(error))) return undefined
          throw error
        }),
        opinion.of(() => reader.transferLogsElsewhere(where, tokens)),
      ])
      if (!own) return undefined
      const isInside = ({ blockNumber: at }: Log) => at >= first && at <= last
      return { own, both: mergeSearches(own, (others ?? []).filter(isInside)) }
    }
    await range.readAll(reader, { from, to }, search, async (piece) => {
      if (piece.result) await compareWith(reader, piece.result)
      else await readReceipts(reader, piece.to)
      // What is done is done: after a failure the next look goes on from here.
      spans = between(spans, smallerOf(piece.to + 1n, keepFrom), spans.at(-1)?.to ?? to)
    })
  }

  /**
   * By its bloom a block may hold no transfer of the tokens. Old traces are not asked for: rows
   * that wait for one stay, as at an endpoint without a tracer.
   */
  async function readReceipts(reader: ChainReader, height: bigint): Promise<void> {
    const header = await reader.header(height)
    if (header && !reading.mayHoldTransfers(header.logsBloom)) return
    const untraced = { ...reader, innerTransfers: async () => undefined }
    const options = { ...reading, cannotTrace: reading.cannotTrace && (() => {}) }
    tellLate(height, await rereadRange(untraced, height, height, options, deps))
  }

  async function compareWith(reader: ChainReader, { own, both }: Searches): Promise<void> {
    const { missed, fewer } = await differencesOf(own)
    const differing = [...missed, ...fewer]
    if (differing.length > 0) await readAgain(reader, own, differing)
    if (both.length > distinctLogs(own).length) await readElsewhere(reader, both)
  }

  return {
    moved(from, to, head) {
      spans = between(spans, lowest, to)
      inTime.rewound(to)
      if (head - to < nearHead) add(from + 1n, to)
    },
    async ask(reader, height) {
      if (tokens.length === 0) return
      const keepFrom = height - askedBelowFinal + 1n
      for (const span of between(spans, lowest, height)) await askAbout(reader, span, keepFrom)
    },
    async askInTime(reader, head) {
      const [oldest] = spans
      const newest = spans.at(-1)
      const due = oldest && newest && inTime.due(oldest.from, newest.to, head)
      if (tokens.length === 0 || !due) return
      try {
        const search = (from: bigint, to: bigint) => reader.transferLogsOfRange(from, to, tokens)
        for (const { from, to } of between(spans, due.from, due.to)) {
          await range.readAll(reader, { from, to }, search, async (piece) => {
            await compareWith(reader, { own: piece.result, both: distinctLogs(piece.result) })
          })
        }
        inTime.add(due)
      } catch (error) {
        if (!isOfChain(error)) throw error
        log.debug({ error, ...due }, 'recheck ahead of finality failed; retrying')
      }
    },
  }
}

/** @returns undefined where the endpoint can't answer, or contradicts itself */
async function unlessEndpointFails<T>(
  answer: Promise<T>,
  tell: (error: unknown) => void,
): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (!isOfChain(error)) throw error
    tell(error)
    return undefined
  }
}

function isOfChain(error: unknown): boolean {
  const kinds = [ChainAnswerBad, ChainMoved, ChainRefused, ChainUnreachable]
  return kinds.some((kind) => error instanceof kind)
}

/** What of the spans lies between two heights, both included. */
function between(spans: readonly Span[], from: bigint, to: bigint): readonly Span[] {
  return spans
    .map((span) => ({ from: largerOf(span.from, from), to: smallerOf(span.to, to) }))
    .filter((span) => span.from <= span.to)
}
