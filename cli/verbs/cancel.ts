import { cancelTransaction } from '../../adapters/drizzle/lanes/cancel-transaction.ts'
import { loadConfig } from '../../config/load-config.ts'
import type { Hash } from '../../domain/address.ts'
import type { SignedOrder } from '../../domain/operators/deposit-orders.ts'
import { notFound, refused } from '../session/cli-error.ts'
import type { Outcome, Session } from '../session/outcome.ts'
import { withDatabase } from '../session/with-database.ts'

/**
 * Asks the lane loop to use up the nonce of an unmined transaction (MONEY 3). The transaction's
 * sweep continues with the next round.
 */
export async function cancel(
  { hash, operator, reason }: SignedOrder & { readonly hash: Hash },
  session: Session,
): Promise<Outcome> {
  const config = loadConfig({ need: ['database'], env: session.env })
  const asked = await withDatabase(config.database, (db) =>
    cancelTransaction(db, hash, { operator, reason }),
  )
  if (!asked) {
    throw notFound(
      `no coldsweep transaction has the hash ${hash}`,
      'use the hash of a gas or sweep transaction, as shown by "coldsweep sweep <id>"',
    )
  }
  const { key, answer } = asked
  const nonce = Number(asked.nonce)
  if (answer.kind === 'refused') {
    throw refused(
      `cannot cancel nonce ${nonce} (${key}): ${answer.why}`,
      'nothing was changed; see "coldsweep sweep <id>"',
    )
  }
  const changed = answer.kind === 'done'
  return {
    data: { hash, transaction: key, nonce, state: answer.state, changed, operator, reason },
    text: () =>
      changed
        ? `cancel of nonce ${nonce} requested; the worker signs it within a block or two`
        : `cancel of nonce ${nonce} is requested already; nothing was changed`,
  }
}
