import { createBookStore } from '../adapters/drizzle/books/book-store.ts'
import { createOpeningBook } from '../adapters/drizzle/books/opening-book.ts'
import { createRecoveryStore } from '../adapters/drizzle/books/recovery-store.ts'
import { createCursorReader } from '../adapters/drizzle/cursor.ts'
import { type Database, openDatabase } from '../adapters/drizzle/database.ts'
import { withDatabaseErrors } from '../adapters/drizzle/errors.ts'
import { createLog } from '../adapters/pino/create-log.ts'
import { createMetrics } from '../adapters/prom-client/create-metrics.ts'
import type { ChainConfig } from '../config/schema/config.ts'
import type { Secret } from '../config/schema/secret.ts'
import type { Address } from '../domain/address.ts'
import type { Reconciliation } from '../domain/books/reconciliation.ts'
import type { ExplainedLane, RecoveryStore } from '../domain/books/recovery-store.ts'
import {
  type AdoptRequest,
  type AdoptResult,
  adoptBalances,
} from '../transactions/reconcile/adopt-balances.ts'
import { reconcile } from '../transactions/reconcile/reconcile.ts'
import { explainLanes, recoverLanes } from '../transactions/reconcile/recover-lanes.ts'
import { openNodes } from './main-parts.ts'

/** For the CLI: reconciles one chain's books now. Throws as `reconcile` does. */
export async function reconcileNow(
  database: { readonly url: Secret },
  chain: ChainConfig,
): Promise<Reconciliation> {
  return await withDatabase(database, (db) =>
    reconcile({
      chain,
      ...nodesOf(chain),
      books: withDatabaseErrors(createBookStore(db)),
      cursors: cursorsOf(db),
    }),
  )
}

/** Result of `recoverNow`. */
export interface Recovered {
  /** Whether the requested lane is a keeper's or a user wallet's; true if none was requested. */
  readonly isOurs: boolean
  readonly lanes: readonly ExplainedLane[]
  /** Deposits covered; undefined if nothing was written (dry run, or every lane has obstacles). */
  readonly covered: number | undefined
}

/**
 * For the CLI: explains a chain's closed lanes by on-chain transactions, and opens each lane that
 * is fully explained (MONEY 22).
 */
export async function recoverNow(
  database: { readonly url: Secret },
  chain: ChainConfig,
  order: {
    readonly lane: Address | undefined
    /** Nonces of `lane` without a known transaction, which the operator accepts. */
    readonly acceptNonces: readonly bigint[]
    readonly dryRun: boolean
    readonly operator: string
    readonly reason: string
  },
): Promise<Recovered> {
  return await withDatabase(database, async (db) => {
    const recovery = withDatabaseErrors(createRecoveryStore(db))
    const deps = { chain, ...nodesOf(chain), recovery, cursors: cursorsOf(db) }
    const lanes = await explainLanes(deps, order.lane, new Set(order.acceptNonces))
    // Lanes are independent, so a sender whose key is leaked does not block the other senders.
    const explained = lanes.filter(({ obstacles }) => obstacles.length === 0)
    const stuck = lanes.length > 0 && explained.length === 0
    const isOurs = lanes.length > 0 || (await isOursOf(recovery, chain.id, order.lane))
    if (order.dryRun || stuck) return { isOurs, lanes, covered: undefined }
    return { isOurs, lanes, covered: (await recoverLanes(deps, explained, order)).covered }
  })
}

/** For the CLI: turns unexplained balances of one chain into opening balances (MONEY 25). */
export async function adoptBalancesNow(
  database: { readonly url: Secret },
  chain: ChainConfig,
  request: AdoptRequest,
): Promise<AdoptResult> {
  return await withDatabase(database, (db) =>
    adoptBalances(
      {
        chain,
        state: nodesOf(chain).state,
        book: withDatabaseErrors(createOpeningBook(db, chain)),
        cursors: cursorsOf(db),
      },
      request,
    ),
  )
}

const cursorsOf = (db: Database['db']) => withDatabaseErrors(createCursorReader(db))

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

/** Reads from all endpoints as a quorum (MONEY 20); disagreements are logged on stderr. */
function nodesOf(chain: ChainConfig) {
  const log = createLog({ level: 'warn' }).child({ process: 'books' })
  return openNodes(chain, log, createMetrics({ processMetrics: false }))
}
