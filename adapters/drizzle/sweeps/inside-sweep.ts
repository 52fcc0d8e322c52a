import { type SQLWrapper, sql } from 'drizzle-orm'
import type { SweepOutcome } from '../../../domain/sweeps/sweep.ts'
import { deposits, sweeps } from '../../../drizzle/schema.ts'

type Expressions<T> = { readonly [K in keyof T]: SQLWrapper | T[K] }

type SweepTransfer = Expressions<Pick<SweepOutcome, 'txHash' | 'logOrder' | 'creditsBefore'>>

interface Credit {
  readonly id: SQLWrapper | string
  readonly txHash: SQLWrapper | string
  readonly logOrder: SQLWrapper | number
}

/**
 * Condition for a deposit that was credited inside a sweep's own transaction, before the sweep's
 * transfer. Nodes may list different numbers of logs around the deposit and the transfer (erigon
 * #18656), so places in two receipts cannot be compared. The ranks of the credits are compared
 * instead: the deposit's rank among the credits of the wallet's token must be at most the number of
 * credits before the transfer. For a sweep that an earlier version of coldsweep recorded, this
 * number is unknown, and the places decide.
 * @param deposit a deposit of the sweep's wallet and asset; default: the row of `deposits` in the
 * query
 * @param sweep default: the row of `sweeps` in the query
 */
export function isInside({
  deposit = deposits,
  sweep = sweeps,
}: {
  readonly deposit?: Credit
  readonly sweep?: SweepTransfer
}) {
  const byRank = sql`${rankOf(deposit.id)} <= ${sweep.creditsBefore}::int`
  const byPlace = sql`${deposit.logOrder} < ${sweep.logOrder}::int`
  return sql`(${deposit.txHash} = ${sweep.txHash} and coalesce(${byRank}, ${byPlace}, false))`
}

/**
 * Rank of a credit among the credits of one wallet and asset in a transaction. The first has rank
 * 1. A surplus equal transfer in doubt (`content-differs`) counts only after an operator has
 * approved it.
 */
const rankOf = (depositId: Credit['id']) => sql`(
  select count(*) from deposits one join deposits other
    on (other.chain_id, other.tx_hash, other.wallet, other.asset)
      = (one.chain_id, one.tx_hash, one.wallet, one.asset)
  where one.id = ${depositId} and other.state <> 'orphaned'
    and (other.log_order, other.id) <= (one.log_order, one.id)
    and (other.id = one.id or other.doubt is distinct from 'content-differs' or other.doubt_cleared is not null)
)`
