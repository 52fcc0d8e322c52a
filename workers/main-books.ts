import { createBookStore } from '../adapters/drizzle/books/books.ts'
import { createRecoveryStore } from '../adapters/drizzle/books/recovery.ts'
import { type Database, openDatabase } from '../adapters/drizzle/database.ts'
import { withDatabaseErrors } from '../adapters/drizzle/errors.ts'
import { createLog } from '../adapters/pino/create-log.ts'
import { createMetrics } from '../adapters/prom-client/create-metrics.ts'
import type { ChainConfig } from '../config/schema/config.ts'
import type { Secret } from '../config/schema/secret.ts'
import type { Address } from '../domain/address.ts'
import type { Reconciliation } from '../domain/books/reconciliation.ts'
import type { RecoveryStore } from '../domain/books/recovery-store.ts'
import { reconcile } from '../transactions/reconcile/reconcile.ts'
import {
  type ExplainedLane,
  explainLanes,
  recoverLanes,
} from '../transactions/reconcile/recover-lanes.ts'
import { openNodes } from './main-nodes.ts'

/**
 * For the CLI: one chain's books against the chain, now. Errors as
 * `transactions/reconcile/reconcile.ts` has them.
 */
export async function reconcileNow(
  database: { readonly url: Secret },
  chain: ChainConfig,
): Promise<Reconciliation> {
  return await withDatabase(database, (db) =>
    reconcile({ chain, ...nodesOf(chain), books: withDatabaseErrors(createBookStore(db)) }),
  )
}

export interface Recovered {
  /** Whether the lane asked for is a keeper's or a user wallet's; true where none was asked for. */
  readonly isOurs: boolean
  readonly lanes: readonly ExplainedLane[]
  /** undefined where nothing was written: a dry run, or no lane without obstacles. */
  readonly covered: number | undefined
}

/**
 * For the CLI: explains closed lanes of a chain by the chain, and opens each that is explained in
 * full (MONEY 22).
 */
export async function recoverNow(
  database: { readonly url: Secret },
  chain: ChainConfig,
  order: {
    readonly lane: Address | undefined
    /** Nonces of `lane` whose transaction nobody has seen, and that the operator answers for. */
    readonly acceptNonces: readonly bigint[]
    readonly dryRun: boolean
    readonly operator: string
    readonly reason: string
  },
): Promise<Recovered> {
  return await withDatabase(database, async (db) => {
    const recovery = withDatabaseErrors(createRecoveryStore(db))
    const deps = { chain, ...nodesOf(chain), recovery }
    const lanes = await explainLanes(deps, order.lane, new Set(order.acceptNonces))
    // Each is judged for itself: one sender that a stranger holds must not stop the others.
    const explained = lanes.filter(({ obstacles }) => obstacles.length === 0)
    const stuck = lanes.length > 0 && explained.length === 0
    const isOurs = lanes.length > 0 || (await isOursOf(recovery, chain.id, order.lane))
    if (order.dryRun || stuck) return { isOurs, lanes, covered: undefined }
    return { isOurs, lanes, covered: (await recoverLanes(deps, explained, order)).covered }
  })
}

async function isOursOf(
  recovery: RecoveryStore,
  chainId: number,
  sender: Address | undefined,
): Promise<boolean> {
  if (sender === undefined) return true
  return (
    (await recovery.keepers(chainId)).has(sender) || (await recovery.wallets([sender])).has(sender)
  )
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

/** Asked of all endpoints (MONEY 20); who of them lies is told on stderr. */
function nodesOf(chain: ChainConfig) {
  const log = createLog({ level: 'warn' }).child({ process: 'books' })
  return openNodes(chain, log, createMetrics({ processMetrics: false }))
}
