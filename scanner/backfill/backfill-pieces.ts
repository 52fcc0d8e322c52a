import { smallerOf } from '../../domain/amount.ts'
import type { ChainReader } from '../../domain/chains/nodes/chain-reader.ts'
import type { ScanCursor } from '../../domain/scan/scan-store.ts'
import { defaultTuning, type ScanDeps } from '../context/scan-deps.ts'
import { createAdaptiveRange } from '../detect/adaptive-range.ts'
import type { FindsReading } from '../detect/read-finds.ts'
import { rereadRange } from '../detect/reread-range.ts'
import type { BackfillWindow } from './backfill-window.ts'

/**
 * Reads a window of blocks below the cursor again, piece by piece. Between the pieces, the scan
 * reads new blocks.
 */
export interface BackfillPieces {
  /**
   * Reads the next piece. `found`: a deposit was stored; `left`: the rest of the window, undefined
   * at its end. After a failure that fewer blocks may avoid, the next piece is narrower.
   * @throws CursorMoved after a rewind between reading and storing
   */
  read(
    reader: ChainReader,
    window: BackfillWindow,
    cursor: ScanCursor,
  ): Promise<{ readonly found: boolean; readonly left: BackfillWindow | undefined }>
}

export function createBackfillPieces(deps: ScanDeps, reading: FindsReading): BackfillPieces {
  const tuning = { ...defaultTuning, ...deps.tuning }
  const range = createAdaptiveRange({ first: tuning.firstRange, most: tuning.mostRange })
  return {
    async read(reader, { from, to }, cursor) {
      // After a rewind, the scan itself reads the blocks above the cursor again.
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
