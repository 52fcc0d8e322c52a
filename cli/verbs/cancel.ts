import { cancelTransaction } from '../../adapters/drizzle/lanes/cancel-transaction.ts'
import { loadConfig } from '../../config/load-config.ts'
import type { Hash } from '../../domain/address.ts'
import type { SignedOrder } from '../../domain/operators/deposit-orders.ts'
import { notFound, refused } from '../session/cli-error.ts'
import type { Outcome, Session } from '../session/outcome.ts'
import { withDatabase } from '../session/with-database.ts'

/**
 * Asks the lane loop to use up the nonce of a transaction that no block takes (MONEY 3). Its sweep
 * goes on with the next round.
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
      `no transaction of ours has the hash ${hash}`,
      'give the hash of a gas or sweep transaction, as "coldsweep sweep <id>" lists them',
    )
  }
  const { key, answer } = asked
  const nonce = Number(asked.nonce)
  if (answer.kind === 'refused') {
    throw refused(
      `nonce ${nonce} (${key}) can’t be cancelled: ${answer.why}`,
      'nothing was changed; see "coldsweep sweep <id>"',
    )
  }
  const changed = answer.kind === 'done'
  return {
    data: { hash, transaction: key, nonce, state: answer.state, changed, operator, reason },
    text: () =>
      changed
        ? `a cancel of nonce ${nonce} is asked for: the worker signs it within a block or two`
        : `a cancel of nonce ${nonce} is asked for already: nothing was changed`,
  }
}
