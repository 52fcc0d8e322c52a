import type { ChainReader } from '../../domain/chains/nodes/chain-reader.ts'
import { ChainMoved, CursorMoved } from '../../domain/errors.ts'
import { BadInput } from '../../domain/money-errors.ts'
import type { ScanCursor, ScanStore } from '../../domain/scan/scan-store.ts'
import { sleep } from '../../runtime/sleep.ts'
import { createBackingJudge } from '../confirm/backing-judge.ts'
import { createWitnessedHandover } from '../confirm/witnessed-handover.ts'
import { defaultTuning, type ScanDeps } from '../context/scan-deps.ts'
import { createAdaptiveRange, type Heights, type Piece } from '../detect/adaptive-range.ts'
import type { FindsReading } from '../detect/read-finds.ts'
import { rereadRange } from '../detect/reread-range.ts'

const triesAfterReorg = 5
const sleepAfterReorgMs = 500

/** Dependencies of a rescan. */
export interface RescanDeps
  extends Pick<ScanDeps, 'chain' | 'clock' | 'hints' | 'log' | 'metrics' | 'witness'> {
  readonly reader: ChainReader
  readonly store: ScanStore
  readonly reading: FindsReading
  readonly stop?: AbortSignal
  /** Called after the range was accepted, before the first block is read. */
  readonly onBegin?: () => Promise<void>
  readonly onProgress?: (height: bigint) => void
}

/**
 * Reads old blocks again, for wallets that became known long after their deposits. May run at the
 * same time as a scanner: existing rows keep their state, and final deposits are confirmed at once.
 * If a node refuses a range, the range is halved and retried.
 * @throws BadInput when the range is empty or reaches above the chain's cursor
 */
export async function rescanRange(
  deps: RescanDeps,
  from: bigint,
  to: bigint,
): Promise<{ readonly blocks: number; readonly found: number }> {
  const { chain, store } = deps
  checkRange(chain.name, await store.cursor(chain.id), { from, to })
  await deps.onBegin?.()
  const read = await rereadAll(deps, { from, to })
  await confirmFinal(deps)
  return read
}

function checkRange(name: string, cursor: ScanCursor | undefined, { from, to }: Heights): void {
  if (cursor && from >= 1n && from <= to && to <= cursor.height) return
  const where = cursor ? `is at block ${cursor.height}` : 'has never started'
  throw new BadInput(`blocks ${from} to ${to} cannot be rescanned: the scanner of ${name} ${where}`)
}

async function rereadAll(deps: RescanDeps, { from, to }: Heights) {
  const { reader, reading, stop } = deps
  const { firstRange: first, mostRange: most } = defaultTuning
  const range = createAdaptiveRange({ first, most })
  let found = 0
  let next = from
  let failures = 0
  const reread = (low: bigint, high: bigint) =>
    rereadRange(reader.pinned(), low, high, reading, deps)
  const take = async (piece: Piece<number>) => {
    found += piece.result
    await deps.store.closeTokenGaps(deps.chain.id, { from: next, to: piece.to })
    deps.onProgress?.(piece.to)
    next = piece.to + 1n
    failures = 0
  }
  while (next <= to && !stop?.aborted) {
    try {
      await range.readAll(reader, { from: next, to }, reread, take, stop)
    } catch (error) {
      // A reorg is temporary, so it is retried.
      const isReorg = error instanceof ChainMoved || error instanceof CursorMoved
      if (!isReorg || failures >= triesAfterReorg) throw error
      failures += 1
      await sleep(sleepAfterReorgMs, stop)
    }
  }
  return { blocks: Number(next - from), found }
}

/**
 * Confirms every due deposit through the quorum, including deposits that the scanner holds back. A
 * rescan must not bypass the quorum (MONEY 20). The cursor is read again, because the scanner may
 * have moved it (MONEY 21).
 */
async function confirmFinal(deps: RescanDeps): Promise<void> {
  const { chain, reader, store, witness } = deps
  const cursor = await store.cursor(chain.id)
  if (!cursor || cursor.finalHeight === null) return
  const backing = createBackingJudge(deps)
  const at = { number: cursor.height, hash: cursor.hash }
  do await backing.judge(reader, at, cursor.finalHeight)
  while (backing.isDue)
  if (!witness) return void (await store.confirm(chain.id, 'stored'))
  await createWitnessedHandover(deps, witness).confirm(cursor.finalHeight, 'stored')
}
