import { listColdWalletChanges } from '../../adapters/drizzle/chains/cold-wallets.ts'
import { loadConfig } from '../../config/load-config.ts'
import { formatTable } from '../render/table.ts'
import type { Outcome, Session } from '../session/outcome.ts'
import { pickChains } from '../session/pick-chains.ts'
import { withDatabase } from '../session/with-database.ts'
import { toColdWalletJson } from '../views/cold-wallet-json.ts'

/**
 * Changes of cold wallets, newest first, pending ones with the time from which they may be applied.
 */
export async function coldWalletList(
  { chain }: { readonly chain?: number },
  session: Session,
): Promise<Outcome> {
  const config = loadConfig({ need: ['database'], env: session.env })
  const rows = await withDatabase(config.database, (db) => listColdWalletChanges(db, chain))
  // Of a chain that left coldsweep.yaml the changes are shown; one that neither knows is a slip.
  if (rows.length === 0) pickChains(config.chains, chain)
  const changes = rows.map(toColdWalletJson)
  return {
    data: changes,
    text: (paint) =>
      changes.length === 0
        ? 'no cold wallet was ever changed'
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
