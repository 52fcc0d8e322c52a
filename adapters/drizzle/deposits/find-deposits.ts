import { and, asc, count, eq, gt, inArray, or, type SQL, sql } from 'drizzle-orm'
import type { Address } from '../../../domain/address.ts'
import type { AssetId } from '../../../domain/chains/asset.ts'
import { type DepositState, unfinishedStates } from '../../../domain/deposits/deposit-state.ts'
import type { DepositReference, DepositView } from '../../../domain/deposits/deposit-view.ts'
import { attempts, deposits, sweeps, transactions } from '../../../drizzle/schema.ts'
import type { Queries } from '../queries.ts'
import { readDepositViews } from './deposit-views.ts'

/** Maximum number of returned deposits. A reference that matches so many is ambiguous anyway. */
const most = 100

/** Finds the deposits that an operator's reference names. */
export function findDeposits(
  db: Queries,
  reference: DepositReference,
): Promise<readonly DepositView[]> {
  return readDepositViews(db, referenceCondition(db, reference), most)
}

function referenceCondition(db: Queries, reference: DepositReference): SQL | undefined {
  if (reference.kind === 'deposit') return eq(deposits.id, reference.id)
  if (reference.kind === 'sweep') return eq(deposits.sweepId, reference.sweepId)
  const ofAttempt = db
    .select({ id: transactions.sweepId })
    .from(transactions)
    .innerJoin(attempts, eq(attempts.transactionKey, transactions.key))
    .where(eq(attempts.hash, reference.hash))
  const ofSweep = db.select({ id: sweeps.id }).from(sweeps).where(eq(sweeps.txHash, reference.hash))
  return or(
    eq(deposits.txHash, reference.hash),
    inArray(deposits.sweepId, ofAttempt),
    inArray(deposits.sweepId, ofSweep),
  )
}

export interface DepositFilter {
  readonly state?: DepositState | undefined
  /**
   * The exact reason, or the first word of a reason that also has an id: `sweep` matches `sweep
   * <id>`.
   */
  readonly reason?: string | undefined
  readonly chainId?: number | undefined
  readonly wallet?: Address | undefined
  /** Ids of the asset, because symbols differ by chain. An empty list matches no deposit. */
  readonly assets?: readonly { readonly chainId: number; readonly id: AssetId }[] | undefined
}

export interface DepositList {
  readonly total: number
  readonly views: readonly DepositView[]
}

/**
 * Returns the matching deposits, newest change first, and their total number, which may exceed the
 * limit.
 */
export async function listDeposits(
  db: Queries,
  filter: DepositFilter,
  limit: number,
): Promise<DepositList> {
  const where = filterCondition(filter)
  const [counted] = await db.select({ total: count() }).from(deposits).where(where)
  return { total: counted?.total ?? 0, views: await readDepositViews(db, where, limit) }
}

const page = 5_000

/**
 * Reads the wallets of deposits page by page. A wallet may be in several pages.
 * @param scope `unfinished`: at most one page, of deposits that are not swept yet
 */
export async function* walletsOfDeposits(
  db: Queries,
  scope: 'all' | 'unfinished',
): AsyncGenerator<readonly Address[]> {
  const state = scope === 'all' ? undefined : inArray(deposits.state, [...unfinishedStates])
  let after = ''
  for (;;) {
    const rows = await db
      .select({ id: deposits.id, wallet: deposits.wallet })
      .from(deposits)
      .where(and(state, gt(deposits.id, after)))
      .orderBy(asc(deposits.id))
      .limit(page)
    yield [...new Set(rows.map(({ wallet }) => wallet as Address))]
    if (rows.length < page || scope === 'unfinished') return
    after = rows.at(-1)?.id ?? after
  }
}

function filterCondition({
  state,
  reason,
  chainId,
  wallet,
  assets,
}: DepositFilter): SQL | undefined {
  return and(
    state === undefined ? undefined : eq(deposits.state, state),
    reason === undefined
      ? undefined
      : or(eq(deposits.reason, reason), sql`starts_with(${deposits.reason}, ${`${reason} `})`),
    chainId === undefined ? undefined : eq(deposits.chainId, chainId),
    wallet === undefined ? undefined : eq(deposits.wallet, wallet),
    assets === undefined
      ? undefined
      : (or(
          ...assets.map((asset) =>
            and(eq(deposits.chainId, asset.chainId), eq(deposits.asset, asset.id)),
          ),
        ) ?? sql`false`),
  )
}
