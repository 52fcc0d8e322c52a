import { listActions, verifyAudit } from '../../adapters/drizzle/operators/audit.ts'
import { loadConfig } from '../../config/load-config.ts'
import type { AuditVerdict } from '../../domain/operators/audit-chain.ts'
import { formatTable } from '../render/table.ts'
import { exitCodes, type Outcome, type ReportedError, type Session } from '../session/outcome.ts'
import { withDatabase } from '../session/with-database.ts'

/**
 * Lists operator actions, newest first. In the JSON output each action has its hash and the hash of
 * the previous row.
 */
export async function auditList(
  args: { readonly limit: number; readonly subject?: string },
  session: Session,
): Promise<Outcome> {
  const config = loadConfig({ need: ['database'], env: session.env })
  const { subject } = args
  const actions = await withDatabase(config.database, (db) =>
    listActions(db, { subject }, args.limit),
  )
  return {
    data: actions.map(({ doneAt, ...rest }) => ({ ...rest, at: doneAt })),
    text: (paint) =>
      actions.length === 0
        ? nothingDone(subject)
        : formatTable(
            ['id', 'at', 'operator', 'action', 'subject', 'reason'],
            actions.map((it) => [it.id, it.doneAt, it.operator, it.action, it.subject, it.reason]),
            paint,
          ),
  }
}

function nothingDone(subject: string | undefined): string {
  if (subject === undefined) return 'no operator action recorded'
  return `no operator action recorded for ${subject}; give the subject in full, as "audit list" shows it`
}

const words = {
  changed: 'its fields do not match its hash',
  unlinked: 'it does not follow the previous row: rows were removed, inserted or swapped',
} as const

/**
 * Recomputes the audit's chain of hashes. If the chain is broken, the exit code is 1 and the error
 * names the first broken row.
 */
export async function auditVerify(
  { head }: { readonly head?: string },
  session: Session,
): Promise<Outcome> {
  const config = loadConfig({ need: ['database'], env: session.env })
  const verdict = await withDatabase(config.database, (db) => verifyAudit(db, head))
  const errors = errorsOf(verdict, head)
  return {
    data: {
      rows: verdict.rows,
      head: verdict.head,
      broken: verdict.broken ?? null,
      whole: errors.length === 0,
    },
    text: (paint) =>
      errors.length === 0
        ? `${verdict.rows} rows form one chain; its head is ${verdict.head}`
        : errors.map(({ message }) => paint('red', message)).join('\n'),
    errors,
    exitCode: errors.length === 0 ? exitCodes.ok : exitCodes.failed,
  }
}

function errorsOf({ broken, known }: AuditVerdict, noted: string | undefined): ReportedError[] {
  const hint =
    'somebody with database access changed the record: compare it with a backup and find out who'
  if (broken) {
    const message = `row ${broken.id} of operator_actions is broken: ${words[broken.why]}`
    return [{ code: `audit-${broken.why}`, message, hint }]
  }
  if (known) return []
  const message = `no row has the hash ${noted}: the end of the chain was cut off`
  return [{ code: 'audit-cut', message, hint }]
}
