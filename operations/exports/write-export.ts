import type { ExportKind, ExportRange, ExportStore } from '../../domain/books/export-store.ts'
import type { AssetNames } from '../views/asset-names.ts'
import { exportColumns } from './columns.ts'
import { type ExportFormat, formatHead, formatRows } from './format-rows.ts'

/** A place for text that is written in parts. Each `write` waits until the part is taken. */
export interface TextFile {
  write(text: string): Promise<void>
  /** Makes the text visible under the file's name. */
  finish?(): Promise<void>
  /** Removes the text of an export that failed. */
  discard?(): Promise<void>
}

/**
 * Writes rows of the books page by page, so that memory stays bounded. Fixes the end of the
 * interval first. Throws `NotYet` while rows of the interval can still change.
 * @param open opens the file, once the interval is fixed
 */
export async function writeExport(
  request: {
    readonly kind: ExportKind
    readonly format: ExportFormat
    readonly range: ExportRange
  },
  store: ExportStore,
  names: AssetNames,
  open: () => Promise<TextFile>,
): Promise<{ readonly range: ExportRange; readonly rows: number }> {
  const { kind, format } = request
  const columns = exportColumns(kind, names)
  const range = await store.fixRange(request.range)
  const file = await open()
  let rows = 0
  try {
    await file.write(formatHead(format, columns))
    for await (const page of store.pages(kind, range)) {
      await file.write(formatRows(format, columns, page))
      rows += page.length
    }
    await file.finish?.()
  } catch (error) {
    await file.discard?.()
    throw error
  }
  return { range, rows }
}
