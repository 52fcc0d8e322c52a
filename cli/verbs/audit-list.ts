import { listActions } from '../../adapters/drizzle/operators/audit.ts'
import { loadConfig } from '../../config/load-config.ts'
import { formatTable } from '../render/table.ts'
import type { Outcome, Session } from '../session/outcome.ts'
import { withDatabase } from '../session/with-database.ts'

/**
 * Lists operator actions, newest first. Each has its place in the chain of hashes.
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
