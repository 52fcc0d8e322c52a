import { acknowledgeDifference } from '../../../adapters/drizzle/books/acknowledge.ts'
import { toEip55 } from '../../../adapters/viem/to-eip55.ts'
import { loadConfig } from '../../../config/load-config.ts'
import type { SignedOrder } from '../../../domain/operators/deposit-orders.ts'
import { notFound, refused } from '../../session/cli-error.ts'
import type { Outcome, Session } from '../../session/outcome.ts'
import { pickChains } from '../../session/pick-chains.ts'
import { withDatabase } from '../../session/with-database.ts'

/**
 * Acknowledges a difference of the newest report. The difference stays in every report and no
 * longer alerts; with another amount or another cause it alerts again (MONEY 23).
 */
export async function acknowledge(
  args: SignedOrder & { readonly key: string; readonly chain?: number },
  session: Session,
): Promise<Outcome> {
  const { key, operator, reason } = args
  const config = loadConfig({ need: ['database'], env: session.env })
  const chainIds = pickChains(config.chains, args.chain).map(({ id }) => id)
  const found = await withDatabase(config.database, (db) =>
    acknowledgeDifference(db, { key, chainIds }, { operator, reason }),
  )
  if (!found) {
    throw notFound(
      `the newest report has no difference with the key ${key}`,
      'run "coldsweep reconcile": it writes a new report and shows the key of each difference',
    )
  }
  const { chainId, difference, answer, by } = found
  const { kind, address } = difference
  if (answer === 'never') {
    throw refused(
      `a ${kind} difference cannot be acknowledged: coldsweep itself paid twice or to a wrong address`,
      'stop the workers and find the cause; see docs/runbook.md, "The books do not balance"',
    )
  }
  const changed = answer === 'done'
  return {
    data: {
      chainId,
      key,
      kind,
      address: toEip55(address),
      changed,
      operator: by?.operator,
      reason: by?.reason,
      acknowledgedAt: by?.at.toISOString(),
    },
    text: () =>
      changed
        ? `chain ${chainId}: the ${kind} difference ${key} of ${toEip55(address)} no longer alerts; it stays in every report, and alerts again if it changes`
        : `chain ${chainId}: ${by?.operator} has acknowledged ${key} already (${by?.reason}); nothing was changed`,
  }
}
