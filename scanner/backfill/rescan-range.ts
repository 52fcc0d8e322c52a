import type { Address } from '../../domain/address.ts'
import type { Block } from '../../domain/chains/block.ts'
import type { ChainReader } from '../../domain/chains/nodes/chain-reader.ts'
import { ChainMoved, CursorMoved } from '../../domain/errors.ts'
import { BadInput } from '../../domain/money-errors.ts'
import { pause } from '../../domain/pause.ts'
import type { Finds, ScanStore } from '../../domain/scan/scan-store.ts'
import { tellStored } from '../context/report-stored.ts'
import type { ScanDeps } from '../context/scan-deps.ts'
import { defaultTuning } from '../context/scan-deps.ts'
import { createAdaptiveRange, type Piece } from '../detect/adaptive-range.ts'
import { type FindsReading, readFinds } from '../detect/read-finds.ts'
import { createBackingJudge } from '../verify/backing-judge.ts'
import { createWitnessedHandover } from '../verify/witnessed-handover.ts'
import { keptWithoutTrace } from './kept-without-trace.ts'

const triesOfMoved = 5
const pauseOfMovedMs = 500
const never = new AbortController().signal

/**
 * Reads one range again and stores what it finds, without moving the cursor. A repeat stores
 * nothing new.
 */
export async function rereadRange(
  reader: ChainReader,
  from: bigint,
  to: bigint,
  reading: FindsReading,
  deps: Pick<ScanDeps, 'chain' | 'hints' | 'log' | 'metrics' | 'store'>,
): Promise<number> {
  const untraced: Block[] = []
  const cannotTrace =
    reading.cannotTrace &&
    ((block: Block) => {
      untraced.push(block)
      reading.cannotTrace?.(block)
    })
  const { blocks, transactions, unlisted, ...finds } = await readFinds(reader, from, to, {
    ...reading,
    cannotTrace,
  })
  const tokens = reading.chain.tokens.map(({ id }) => id as Address)
  const traced = reading.cannotTrace !== undefined && untraced.length === 0
  const unread = await keptWithoutTrace(deps.store, deps.chain.id, finds.unread, untraced)
  const late: Finds = {
    ...finds,
    unread,
    blocks: [],
    reread: blocks,
    readWhole: transactions.map(({ txHash }) => txHash).filter((hash) => !unlisted.has(hash)),
    covered: { transactions, tokens, traced },
  }
  const stored = await deps.store.storeFinds(deps.chain.id, to, late)
  tellStored(deps, stored, late)
  return stored.detected.length
}

export interface RescanDeps
  extends Pick<ScanDeps, 'chain' | 'clock' | 'hints' | 'log' | 'metrics' | 'witness'> {
  readonly reader: ChainReader
  readonly store: ScanStore
  readonly reading: FindsReading
  readonly stop?: AbortSignal
  /** The range can be read: before the first block is. */
  readonly onBegin?: () => Promise<void>
  readonly onProgress?: (height: bigint) => void
}

/**
 * Reads old blocks again, for wallets that became known long after their deposits. Runs beside a
 * scanner without harm: rows that are there keep their state, and what is final already is
 * confirmed and handed on at once.
 * @throws BadInput when the range is not below the chain's cursor; a range that a node refuses is
 * halved first
 */
export async function rescanRange(
  deps: RescanDeps,
  from: bigint,
  to: bigint,
): Promise<{ readonly blocks: number; readonly found: number }> {
  const { chain, store, reader, reading, stop } = deps
  const cursor = await store.cursor(chain.id)
  if (!cursor || from > to || from < 1n || to > cursor.height) {
    const stands = cursor ? `stands at ${cursor.height}` : 'has never started'
    throw new BadInput(
      `blocks ${from} to ${to} can't be read again: the scanner of ${chain.name} ${stands}`,
    )
  }
  await deps.onBegin?.()
  const range = createAdaptiveRange({
    first: defaultTuning.firstRange,
    most: defaultTuning.mostRange,
  })
  let found = 0
  let next = from
  let moved = 0
  const reread = (first: bigint, last: bigint) =>
    rereadRange(reader.pinned(), first, last, reading, deps)
  const take = (piece: Piece<number>) => {
    found += piece.result
    deps.onProgress?.(piece.to)
    next = piece.to + 1n
    moved = 0
  }
  while (next <= to && !stop?.aborted) {
    try {
      await range.readAll(reader, { from: next, to }, reread, take, stop)
    } catch (error) {
      // A reorg ends by itself.
      const isMoved = error instanceof ChainMoved || error instanceof CursorMoved
      if (!isMoved || moved >= triesOfMoved) throw error
      moved += 1
      await pause(pauseOfMovedMs, stop ?? never)
    }
  }
  // Read again: the scanner has gone on since, or back (MONEY 21).
  const now = await store.cursor(chain.id)
  if (now && now.finalHeight !== null) {
    // Everything that is due is handed on here, also what the scanner doubts: this must be no way
    // round the quorum (MONEY 20).
    const { witness } = deps
    const backing = createBackingJudge(deps)
    do await backing.judge(reader, { number: now.height, hash: now.hash }, now.finalHeight)
    while (backing.isDue)
    const handover = witness ? createWitnessedHandover(deps, witness) : undefined
    if (handover) await handover.confirm(now.finalHeight, 'stored')
    else await store.confirm(chain.id, 'stored')
  }
  return { blocks: Number(next - from), found }
}
