import type { Address } from '../../domain/address.ts'
import { largerOf, smallerOf } from '../../domain/amount.ts'
import type { Log } from '../../domain/chains/block.ts'
import { distinctLogs, mergeSearches } from '../../domain/chains/log-content.ts'
import type { ChainReader } from '../../domain/chains/nodes/chain-reader.ts'
import { asksTooMuch, refusesHistory } from '../../domain/chains/nodes/node-limits.ts'
import type { ScanCursor } from '../../domain/scan/scan-store.ts'
import { defaultTuning, type ScanDeps } from '../context/scan-deps.ts'
import { createAdaptiveRange, type Heights } from '../detect/adaptive-range.ts'
import type { FindsReading } from '../detect/read-finds.ts'
import { rereadRange } from '../detect/reread-range.ts'
import { createSearchComparer, isOfEndpoint, type Searches } from './compare-searches.ts'
import { append, between, createCheckedInTime, type Spans } from './recheck-spans.ts'
import { createSecondOpinion } from './second-opinion.ts'

/**
 * Searches blocks that were read near the head for transfers once more before they become final,
 * also at another endpoint.
 */
export interface RecheckBeforeFinal {
  /**
   * Call it after the cursor moved. After a rewind, `to` is lower than `from`.
   * @param head height of the chain at that time
   */
  moved(from: bigint, to: bigint, head: bigint): void
  /**
   * Stores all transfers at or below the height that the first reading missed.
   * @throws the errors of a reading, because no block becomes final without its recheck
   */
  recheck(reader: ChainReader, height: bigint): Promise<void>
  /**
   * If finality takes longer than a node without history keeps logs, rechecks blocks before the
   * node deletes their logs. `recheck` then need not read receipts for blocks whose logs the node
   * no longer serves. Failures are logged only: `recheck` decides.
   */
  recheckInTime(reader: ChainReader, head: bigint): Promise<void>
}

/**
 * Blocks within this distance of the head are rechecked. A lagging node answers `[]` for a block it
 * does not have yet, and a load balancer may route the retry to the same node. Older blocks are
 * present on every node, so the blocks of a catch-up scan are not rechecked.
 */
const nearHead = 256n
/**
 * A block is rechecked again until it is this far below the final height. Finality can be short (15
 * blocks on BSC take 11 seconds), and a node can lag by more blocks. One log search covers new and
 * pending blocks.
 */
const recheckedBelowFinal = 4n

/** @param opened cursor at the start: all blocks that are not final yet are rechecked */
export function createRecheckBeforeFinal(
  deps: Pick<ScanDeps, 'chain' | 'hints' | 'log' | 'metrics' | 'store' | 'tuning'>,
  reading: FindsReading,
  opened: ScanCursor,
): RecheckBeforeFinal {
  const { chain, log } = deps
  const tuning = { ...defaultTuning, ...deps.tuning }
  const range = createAdaptiveRange({ first: tuning.firstRange, most: tuning.mostRange })
  const tokens = chain.tokens.map(({ id }) => id as Address)
  const comparer = createSearchComparer(deps, reading)
  const opinion = createSecondOpinion()
  const lowest = opened.startHeight
  const inTime = createCheckedInTime()
  const notFinal = largerOf(lowest, (opened.finalHeight ?? 0n) + 1n)
  let spans: Spans = append([], { from: notFinal, to: opened.height })

  /** @returns undefined if the node refuses to list the logs of a single block */
  async function search(reader: ChainReader, heights: Heights): Promise<Searches | undefined> {
    const { from, to } = heights
    const [own, others] = await Promise.all([
      reader.transferLogsOfRange(from, to, tokens).catch((error: unknown) => {
        const isRefused = refusesHistory(error)
        if (isRefused && inTime.holds(heights)) return []
        // The logs of one block exceed a limit of the node, or are too old for the node. The
        // block's receipts are read instead.
        if (from === to && (isRefused || asksTooMuch(error))) return undefined
        throw error
      }),
      opinion.of(() => reader.transferLogsElsewhere(heights, tokens)),
    ])
    if (!own) return undefined
    const isInside = ({ blockNumber: at }: Log) => at >= from && at <= to
    return { own, both: mergeSearches(own, (others ?? []).filter(isInside)) }
  }

  /** @param keepFrom blocks at or above this height stay due for a later recheck */
  async function recheckSpan(reader: ChainReader, span: Heights, keepFrom: bigint): Promise<void> {
    const ask = (from: bigint, to: bigint) => search(reader, { from, to })
    await range.readAll(reader, span, ask, async (piece) => {
      if (piece.result) await comparer.compare(reader, piece.result)
      else await readReceipts(reader, piece.to)
      // After a failure the next iteration continues from here.
      spans = between(spans, smallerOf(piece.to + 1n, keepFrom), spans.at(-1)?.to ?? span.to)
    })
  }

  /**
   * Reads the receipts of a block whose logs the node does not list. Skips a block whose bloom
   * excludes transfers of the tokens. Old traces are not requested: unread rows that need a trace
   * stay open, as at an endpoint without a tracer.
   */
  async function readReceipts(reader: ChainReader, height: bigint): Promise<void> {
    const header = await reader.header(height)
    if (header && !reading.mayHoldTransfers(header.logsBloom)) return
    const untraced = { ...reader, internalTransfers: async () => undefined }
    const options = { ...reading, cannotTrace: reading.cannotTrace && (() => {}) }
    comparer.reportLate(height, await rereadRange(untraced, height, height, options, deps))
  }

  return {
    moved(from, to, head) {
      spans = between(spans, lowest, to)
      inTime.rewound(to)
      if (head - to < nearHead) spans = append(spans, { from: from + 1n, to })
    },
    async recheck(reader, height) {
      if (tokens.length === 0) return
      const keepFrom = height - recheckedBelowFinal + 1n
      for (const span of between(spans, lowest, height)) await recheckSpan(reader, span, keepFrom)
    },
    async recheckInTime(reader, head) {
      const [oldest] = spans
      const newest = spans.at(-1)
      const due = oldest && newest && inTime.due(oldest.from, newest.to, head)
      if (tokens.length === 0 || !due) return
      try {
        const ask = (from: bigint, to: bigint) => reader.transferLogsOfRange(from, to, tokens)
        for (const span of between(spans, due.from, due.to)) {
          await range.readAll(reader, span, ask, async ({ result: own }) => {
            await comparer.compare(reader, { own, both: distinctLogs(own) })
          })
        }
        inTime.add(due)
      } catch (error) {
        if (!isOfEndpoint(error)) throw error
        log.debug({ error, ...due }, 'recheck ahead of finality failed; retrying')
      }
    },
  }
}
