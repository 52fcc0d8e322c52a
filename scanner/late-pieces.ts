import { smallerOf } from '../domain/amount.ts'
import { CursorMoved } from '../domain/errors.ts'
import type { ChainReader } from '../domain/ports/chain-reader.ts'
import type { ScanCursor } from '../domain/ports/scan-store.ts'
import type { LateWindow } from './late-window.ts'
import { createRangeSize } from './range-size.ts'
import type { FindsReading } from './read-finds.ts'
import { rereadRange } from './rescan-range.ts'
import { defaultTuning, type ScanDeps } from './scan-deps.ts'

/** Reads a window below the cursor again, one piece at a time, so that new blocks come between. */
export interface LatePieces {
  /**
   * Reads the next piece. `found`: something was stored; `left`: what is still to be read.
   * @throws CursorMoved after a rewind between reading and storing; other errors make the next piece smaller
   */
  read(
    reader: ChainReader,
    window: LateWindow,
    cursor: ScanCursor,
  ): Promise<{ readonly found: boolean; readonly left: LateWindow | undefined }>
}

export function createLatePieces(deps: ScanDeps, reading: FindsReading): LatePieces {
  const tuning = { ...defaultTuning, ...deps.tuning }
  const size = createRangeSize({ first: tuning.firstRange, most: tuning.mostRange })
  return {
    async read(reader, { from, to }, cursor) {
      const most = from + BigInt(size.blocks) - 1n
      // After a rewind the blocks above the cursor are read anew by themselves.
      const last = smallerOf(to, cursor.height)
      const end = smallerOf(most, last)
      try {
        const found = end < from ? 0 : await rereadRange(reader, from, end, reading, deps)
        size.grow()
        return { found: found > 0, left: end >= last ? undefined : { from: end + 1n, to: last } }
      } catch (error) {
        if (!(error instanceof CursorMoved)) size.shrink()
        throw error
      }
    },
  }
}
