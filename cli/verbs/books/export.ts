import { createExportStore } from '../../../adapters/drizzle/books/export-store.ts'
import { loadConfig } from '../../../config/load-config.ts'
import type { ExportKind, ExportRange } from '../../../domain/books/export-store.ts'
import { NotYet } from '../../../domain/money-errors.ts'
import type { ExportFormat } from '../../../operations/exports/format-rows.ts'
import { writeExport } from '../../../operations/exports/write-export.ts'
import { createAssetNames } from '../../../operations/views/asset-names.ts'
import { unavailable, usageError } from '../../session/cli-error.ts'
import type { Outcome, Session } from '../../session/outcome.ts'
import { pickChains } from '../../session/pick-chains.ts'
import { textFile } from '../../session/text-file.ts'
import { withDatabase } from '../../session/with-database.ts'

interface ExportArguments {
  readonly kind: ExportKind
  readonly from: string
  readonly to?: string
  readonly format: ExportFormat
  readonly chain?: number
  readonly out?: string
}

/**
 * Writes rows of the books to stdout or to a file, page by page. With `--json`, stdout belongs to
 * the envelope, so the rows need a file.
 */
export async function exportRows(args: ExportArguments, session: Session): Promise<Outcome> {
  const { kind, format, out, chain } = args
  if (session.json && out === undefined) {
    throw usageError(
      '--json prints one envelope on stdout, which cannot hold the rows',
      'add --out <file> for the rows, or use --format json without --json: one JSON object a line',
    )
  }
  const config = loadConfig({ need: ['database'], env: session.env })
  if (chain !== undefined) pickChains(config.chains, chain)
  const asked = { kind, format, range: rangeOf(args) }
  const { range, rows } = await withDatabase(config.database, (db) =>
    writeExport(asked, createExportStore(db), createAssetNames(config.chains), async () =>
      out === undefined ? session : await textFile(out),
    ),
  ).catch(refuseBusy)
  const words = `exported ${rows} ${rows === 1 ? 'row' : 'rows'} of ${kind} from ${range.from} to before ${range.to}`
  if (out === undefined) session.note(words)
  return {
    data: { kind, format, file: out ?? null, from: range.from, to: range.to, rows },
    text: () => (out === undefined ? '' : `${words} to ${out}`),
  }
}

function rangeOf({ from, to, chain }: ExportArguments): ExportRange {
  const end = to ?? '9999-12-31T00:00:00Z'
  if (Date.parse(from) >= Date.parse(end)) {
    throw usageError(
      `--from ${from} is not before --to ${end}`,
      'the interval is half-open: for one day give that day and the next day',
    )
  }
  return { from, to: end, chainId: chain }
}

function refuseBusy(error: unknown): never {
  if (!(error instanceof NotYet)) throw error
  throw unavailable(error.message, 'repeat the command, or end the interval earlier')
}
