import { eq } from 'drizzle-orm'
import type { Hash } from '../../domain/address.ts'
import type { CursorReader, ScanCursor } from '../../domain/scan/scan-store.ts'
import { scanCursors } from '../../drizzle/schema.ts'
import type { Queries } from './queries.ts'

/** Creates the reader of the scanners' cursors. It takes no lock. */
export const createCursorReader = (db: Queries): CursorReader => ({
  cursor: (chainId) => readCursor(db, chainId),
})

export async function readCursor(db: Queries, chainId: number): Promise<ScanCursor | undefined> {
  const [row] = await db.select().from(scanCursors).where(eq(scanCursors.chainId, chainId))
  return row && { ...row, hash: row.hash as Hash }
}

/**
 * Locks the chain's cursor and reads it. Every commit of a scanner begins with this lock. Two
 * scanners that both believe they lead therefore never interleave their writes.
 */
export async function lockCursor(tx: Queries, chainId: number): Promise<ScanCursor> {
  const [row] = await tx
    .select()
    .from(scanCursors)
    .where(eq(scanCursors.chainId, chainId))
    .for('update')
  if (!row) throw new Error(`chain ${chainId} has no cursor: its scanner has never started`)
  return { ...row, hash: row.hash as Hash }
}
