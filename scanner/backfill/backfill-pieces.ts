import { smallerOf } from '../../domain/amount.ts'
import type { ChainReader } from '../../domain/chains/nodes/chain-reader.ts'
import type { ScanCursor } from '../../domain/scan/scan-store.ts'
import { defaultTuning, type ScanDeps } from '../context/scan-deps.ts'
import { createAdaptiveRange } from '../detect/adaptive-range.ts'
import type { FindsReading } from '../detect/read-finds.ts'
import type { LateWindow } from './backfill-window.ts'
import { rereadRange } from './rescan-range.ts'

/** Reads a window below the cursor again, one piece at a time, so that new blocks come between. */
export interface LatePieces {
  /**
   * Reads the next piece. `found`: something was stored; `left`: what is still to be read.
   * @throws CursorMoved after a rewind between reading and storing; what fewer blocks may cure
   * makes the next piece narrower
   */
  read(
    reader: ChainReader,
    window: LateWindow,
    cursor: ScanCursor,
  ): Promise<{ readonly found: boolean; readonly left: LateWindow | undefined }>
}

export function createLatePieces(deps: ScanDeps, reading: FindsReading): LatePieces {
  const tuning = { ...defaultTuning, ...deps.tuning }
  const range = createAdaptiveRange({ first: tuning.firstRange, most: tuning.mostRange })
  return {
    async read(reader, { from, to }, cursor) {
      // After a rewind the blocks above the cursor are read anew by themselves.
      const last = smallerOf(to, cursor.height)
      if (last < from) return { found: false, left: undefined }
      const piece = await range.readPiece(reader, { from, to: last }, (first, end) =>
        rereadRange(reader, first, end, reading, deps),
      )
      const left = piece.to >= last ? undefined : { from: piece.to + 1n, to: last }
      return { found: piece.result > 0, left }
    },
  }
}
