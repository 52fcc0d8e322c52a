import { createBooks } from '../adapters/drizzle/books.ts'
import { type Database, openDatabase } from '../adapters/drizzle/database.ts'
import { withDatabaseErrors } from '../adapters/drizzle/errors.ts'
import { createRecovery } from '../adapters/drizzle/recovery.ts'
import { createChainHistory } from '../adapters/viem/chain-history.ts'
import { createChainState } from '../adapters/viem/chain-state.ts'
import { createChainNodes } from '../adapters/viem/client.ts'
import type { ChainConfig } from '../config/config.ts'
import type { Secret } from '../config/secret.ts'
import type { Address } from '../domain/address.ts'
import type { Reconciliation } from '../domain/reconciliation.ts'
import { reconcile } from '../transactions/reconcile.ts'
import { type ExplainedLane, explainLanes, recoverLanes } from '../transactions/recover-lanes.ts'

/** For the CLI: one chain's books against the chain, now. Errors as `transactions/reconcile.ts` has them. */
export async function reconcileNow(
  database: { readonly url: Secret },
  chain: ChainConfig,
): Promise<Reconciliation> {
  return await withDatabase(database, (db) =>
    reconcile({ chain, ...chainOf(chain), books: withDatabaseErrors(createBooks(db)) }),
  )
}

export interface Recovered {
  readonly lanes: readonly ExplainedLane[]
  /** undefined where nothing was written: a dry run, or a lane with obstacles. */
  readonly covered: number | undefined
}

/** For the CLI: explains closed lanes of a chain by the chain, and opens them where all of them are explained (MONEY 22). */
export async function recoverNow(
  database: { readonly url: Secret },
  chain: ChainConfig,
  order: {
    readonly lane: Address | undefined
    readonly dryRun: boolean
    readonly operator: string
    readonly reason: string
  },
): Promise<Recovered> {
  return await withDatabase(database, async (db) => {
    const recovery = withDatabaseErrors(createRecovery(db))
    const deps = { chain, ...chainOf(chain), recovery }
    const lanes = await explainLanes(deps, order.lane)
    const stuck = lanes.some(({ obstacles }) => obstacles.length > 0)
    if (order.dryRun || stuck) return { lanes, covered: undefined }
    return { lanes, covered: (await recoverLanes(deps, lanes, order)).covered }
  })
}

async function withDatabase<T>(
  { url }: { readonly url: Secret },
  work: (db: Database['db']) => Promise<T>,
): Promise<T> {
  const { db, close } = openDatabase(url.reveal(), { max: 2, applicationName: 'coldsweep-books' })
  try {
    return await work(db)
  } finally {
    await close()
  }
}

function chainOf(chain: ChainConfig) {
  const nodes = nodesOf(chain)
  return { state: createChainState(chain.id, nodes), history: createChainHistory(nodes) }
}

export function nodesOf({ id, rpcUrls }: Pick<ChainConfig, 'id' | 'rpcUrls'>) {
  return createChainNodes({ chainId: id, urls: rpcUrls.map((url) => url.reveal()) })
}
