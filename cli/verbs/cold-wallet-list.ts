import { listColdWalletChanges } from '../../adapters/drizzle/chains/cold-wallets.ts'
import { loadConfig } from '../../config/load-config.ts'
import { formatTable } from '../render/table.ts'
import type { Outcome, Session } from '../session/outcome.ts'
import { pickChains } from '../session/pick-chains.ts'
import { withDatabase } from '../session/with-database.ts'
import { toColdWalletJson } from '../views/cold-wallet-json.ts'

/**
 * Lists changes of cold wallets, newest first. A pending change has the time of its earliest use.
 */
export async function coldWalletList(
  { chain }: { readonly chain?: number },
  session: Session,
): Promise<Outcome> {
  const config = loadConfig({ need: ['database'], env: session.env })
  const rows = await withDatabase(config.database, (db) => listColdWalletChanges(db, chain))
  // Changes of a chain that left coldsweep.yaml are shown. A chain in neither place is an error.
  if (rows.length === 0) pickChains(config.chains, chain)
  const changes = rows.map(toColdWalletJson)
  return {
    data: changes,
    text: (paint) =>
      changes.length === 0
        ? 'no cold wallet changes'
        : formatTable(
            ['chain', 'state', 'to', 'from', 'may be applied', 'proposed by', 'reason'],
            changes.map((it) => [
              String(it.chainId),
              { text: it.state, colour: it.state === 'pending' ? 'yellow' : 'grey' },
              it.to,
              it.from,
              it.effectiveAt,
              it.operator,
              it.reason,
            ]),
            paint,
          ),
  }
}
