import { smallerOf } from '../domain/amount.ts'
import { BadInput } from '../domain/money-errors.ts'
import type { ChainReader } from '../domain/ports/chain-reader.ts'
import type { Finds, ScanStore } from '../domain/ports/scan-store.ts'
import { createRangeSize } from './range-size.ts'
import { type FindsReading, readFinds } from './read-finds.ts'
import type { ScanDeps } from './scan-deps.ts'
import { defaultTuning } from './scan-deps.ts'
import { tellStored } from './tell-stored.ts'
import { createWitnessedHandover } from './witnessed-handover.ts'

/** Reads one range again and stores what it finds, without moving the cursor. A repeat stores nothing new. */
export async function rereadRange(
  reader: ChainReader,
  from: bigint,
  to: bigint,
  reading: FindsReading,
  deps: Pick<ScanDeps, 'chain' | 'hints' | 'log' | 'metrics' | 'store'>,
): Promise<number> {
  const finds = await readFinds(reader, from, to, reading)
  const late: Finds = { ...finds, blocks: [] }
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
 * Reads old blocks again, for wallets that became known long after their deposits. Runs beside a scanner without harm:
 * rows that are there keep their state, and what is final already is confirmed and handed on at once.
 * @throws BadInput when the range is not below the chain's cursor; a range that a node refuses is halved first
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
  const size = createRangeSize({ first: defaultTuning.firstRange, most: defaultTuning.mostRange })
  let found = 0
  let next = from
  while (next <= to && !stop?.aborted) {
    const end = smallerOf(next + BigInt(size.blocks) - 1n, to)
    try {
      found += await rereadRange(reader.pinned(), next, end, reading, deps)
    } catch (error) {
      if (size.blocks === 1) throw error
      size.shrink()
      continue
    }
    size.grow()
    deps.onProgress?.(end)
    next = end + 1n
  }
  // Read again: the scanner has gone on since, or back (MONEY 21).
  const now = await store.cursor(chain.id)
  if (now && now.finalHeight !== null) {
    // Everything that is due is handed on here, also what the scanner doubts: this must be no way round the quorum (MONEY 20).
    const { witness } = deps
    const handover = witness ? createWitnessedHandover(deps, witness) : undefined
    if (handover) await handover.confirm(now.finalHeight, 'stored')
    else await store.confirm(chain.id, 'stored')
  }
  return { blocks: Number(next - from), found }
}
