import { sql } from 'drizzle-orm'
import type {
  ExportedRows,
  ExportKind,
  ExportRange,
  ExportStore,
} from '../../../domain/books/export-store.ts'
import type { Queries } from '../queries.ts'
import { depositsPage } from './export-deposits.ts'
import { gasPage } from './export-gas.ts'
import { type Page, type PageReader, readPages, rfc3339 } from './export-pages.ts'
import { sweepsPage } from './export-sweeps.ts'
import { waitForCommits } from './wait-for-commits.ts'

/** Rows of one statement. Memory and the time of a statement grow with it. */
const defaultRowsPerPage = 2_000

/** Creates the reader of exports. Each page is one statement outside a transaction. */
export function createExportStore(db: Queries): ExportStore {
  const readers: { readonly [K in ExportKind]: () => PageReader<ExportedRows[K]> } = {
    deposits: () => depositsPage(db),
    sweeps: () => (page: Page) => sweepsPage(db, page),
    gas: () => (page: Page) => gasPage(db, page),
  }
  return {
    async fixRange(range: ExportRange) {
      const [row] = await db.execute<{ to: string }>(sql`
        select ${rfc3339(sql`least(${range.to}::timestamptz, clock_timestamp())`)} as "to"`)
      const to = row?.to ?? range.to
      await waitForCommits(db, to)
      return { ...range, to }
    },
    pages: <K extends ExportKind>(kind: K, range: ExportRange, rowsPerPage = defaultRowsPerPage) =>
      readPages(range, rowsPerPage, readers[kind]() as PageReader<ExportedRows[K]>),
  }
}
