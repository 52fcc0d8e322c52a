import { cancelColdWallet } from '../../adapters/drizzle/chains/cold-wallets.ts'
import { loadConfig } from '../../config/load-config.ts'
import type { SignedOrder } from '../../domain/operators/deposit-orders.ts'
import { refused } from '../session/cli-error.ts'
import type { Outcome, Session } from '../session/outcome.ts'
import { withDatabase } from '../session/with-database.ts'
import { toColdWalletJson } from '../views/cold-wallet-json.ts'

/** Withdraws a proposed cold wallet before it is applied. */
export async function coldWalletCancel(
  { chain, operator, reason }: SignedOrder & { readonly chain: number },
  session: Session,
): Promise<Outcome> {
  const config = loadConfig({ need: ['database'], env: session.env })
  const answer = await withDatabase(config.database, (db) =>
    cancelColdWallet(db, chain, { operator, reason }),
  )
  if (answer.kind === 'refused') {
    throw refused(`chain ${chain}: ${answer.why}`, 'see "coldsweep cold-wallet list"')
  }
  const change = toColdWalletJson(answer.change)
  return { data: change, text: () => `chain ${chain}: the proposal of ${change.to} is withdrawn` }
}
