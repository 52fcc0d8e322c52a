import { retryUnread } from '../../adapters/drizzle/scan/unread.ts'
import { loadConfig } from '../../config/load-config.ts'
import { noSuchUnread, type UnreadOrder, unreadSubject } from '../orders/unread-subject.ts'
import type { Outcome, Session } from '../session/outcome.ts'
import { withDatabase } from '../session/with-database.ts'

/** Makes the running scanner read an unread transaction again at once. */
export async function unreadRetry(args: UnreadOrder, session: Session): Promise<Outcome> {
  const { database } = loadConfig({ need: ['database'], env: session.env })
  const { subject } = args
  return await withDatabase(database, async (db) => {
    const found = await unreadSubject(db, args)
    if (!(await retryUnread(db, found, args))) throw noSuchUnread(subject)
    return {
      data: { subject, chainId: found.chainId, due: true },
      text: () =>
        `the scanner reads ${subject} again within seconds; see "coldsweep unread list --chain ${found.chainId}"`,
    }
  })
}
