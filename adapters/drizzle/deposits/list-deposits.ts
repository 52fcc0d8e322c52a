import { and, count, eq, or, type SQL, sql } from 'drizzle-orm'
import type { Address } from '../../../domain/address.ts'
import type { AssetId } from '../../../domain/chains/asset.ts'
import type { DepositState } from '../../../domain/deposits/deposit-state.ts'
import { deposits } from '../../../drizzle/schema.ts'
import type { Queries } from '../queries.ts'
import { type DepositView, readDepositViews } from './deposit-views.ts'

export interface DepositFilter {
  readonly state?: DepositState | undefined
  /** Exact, or the kind of a reason that names something: `sweep` finds `sweep <id>`. */
  readonly reason?: string | undefined
  readonly chainId?: number | undefined
  readonly wallet?: Address | undefined
  /** Symbols differ by chain, so an asset is looked for by its ids; an empty list finds nothing. */
  readonly assets?: readonly { readonly chainId: number; readonly id: AssetId }[] | undefined
}

export interface DepositList {
  readonly total: number
  readonly views: readonly DepositView[]
}

/** Deposits that match, newest change first, and how many there are beyond the limit. */
export async function listDeposits(
  db: Queries,
  filter: DepositFilter,
  limit: number,
): Promise<DepositList> {
  const where = toCondition(filter)
  const [counted] = await db.select({ total: count() }).from(deposits).where(where)
  return { total: counted?.total ?? 0, views: await readDepositViews(db, where, limit) }
}

function toCondition({ state, reason, chainId, wallet, assets }: DepositFilter): SQL | undefined {
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
