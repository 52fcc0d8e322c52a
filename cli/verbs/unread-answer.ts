import { answerUnread } from '../../adapters/drizzle/scan/unread.ts'
import { toEip55 } from '../../adapters/viem/to-eip55.ts'
import { loadConfig } from '../../config/load-config.ts'
import { noSuchUnread, type UnreadOrder, unreadSubject } from '../orders/unread-subject.ts'
import type { Outcome, Session } from '../session/outcome.ts'
import { withDatabase } from '../session/with-database.ts'

/**
 * Settles a transaction that no node serves: it is no longer retried, closes no lane and credits
 * nothing.
 */
export async function unreadAnswer(args: UnreadOrder, session: Session): Promise<Outcome> {
  const { database } = loadConfig({ need: ['database'], env: session.env })
  const { subject } = args
  return await withDatabase(database, async (db) => {
    const found = await unreadSubject(db, args)
    const answered = await answerUnread(db, found, args)
    if (!answered) throw noSuchUnread(subject)
    const opened = answered.opened.map(toEip55)
    const lanes = opened.length > 0 ? `; lane opened: ${opened.join(', ')}` : ''
    return {
      data: { subject, chainId: found.chainId, answered: true, lanesOpened: opened },
      text: () =>
        `${subject} is answered and credits nothing${lanes}; "coldsweep rescan" of its block still finds its deposits`,
    }
  })
}
