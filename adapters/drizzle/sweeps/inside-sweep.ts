import { type SQL, type SQLWrapper, sql } from 'drizzle-orm'
import type { SweepOutcome } from '../../../domain/sweeps/sweep.ts'
import { deposits, sweeps } from '../../../drizzle/schema.ts'
import type { WalletAsset } from '../wallet-asset.ts'

type SweepTransfer = Pick<SweepOutcome, 'txHash' | 'logOrder' | 'creditsBefore'>

interface Credit {
  readonly id: SQLWrapper | string
  readonly txHash: SQLWrapper | string
  readonly logOrder: SQLWrapper | number
}

/**
 * Condition for sweeps (rows of `sweeps`) whose own transaction credited the deposit before the
 * sweep's transfer. Nodes may list different numbers of logs around the deposit and the transfer
 * (erigon #18656), so places in two receipts cannot be compared. The ranks of the credits are
 * compared instead: the deposit's rank among the credits of the wallet's token must be at most the
 * number of credits before the transfer. For a sweep that an earlier version of coldsweep recorded,
 * this number is unknown, and the places decide.
 * @param deposit a deposit of the sweep's wallet and asset
 */
export function hasInside(deposit: Credit) {
  const byRank = sql`${rankOf(deposit.id)} <= ${sweeps.creditsBefore}::int`
  const byPlace = sql`${deposit.logOrder} < ${sweeps.logOrder}::int`
  return sql`(${deposit.txHash} = ${sweeps.txHash} and coalesce(${byRank}, ${byPlace}, false))`
}

/**
 * Condition for deposits (rows of `deposits`) that the sweep's own transaction credited before the
 * sweep's transfer; the same rule as `hasInside`. One pass ranks all credits of the transaction,
 * because a hostile token can log thousands of them.
 * @param at wallet and asset of the sweep
 */
export function isInside(
  { chainId, wallet, asset }: WalletAsset,
  { txHash, logOrder, creditsBefore }: SweepTransfer,
) {
  if (creditsBefore === null)
    return sql`(${deposits.txHash} = ${txHash} and coalesce(${deposits.logOrder} < ${logOrder}::int, false))`
  return sql`${deposits.id} in (
    select id from (
      select id, count(*) filter (where ${countsIn(sql`one`)}) over (order by log_order, id)
        + case when ${countsIn(sql`one`)} then 0 else 1 end as rank
      from deposits one
      where chain_id = ${chainId} and tx_hash = ${txHash} and wallet = ${wallet} and asset = ${asset}
        and state <> 'orphaned'
    ) ranked where rank <= ${creditsBefore})`
}

/**
 * A surplus equal transfer in doubt (`content-differs`) counts only after an operator has approved
 * it.
 */
const countsIn = (row: SQL) =>
  sql`(${row}.doubt is distinct from 'content-differs' or ${row}.doubt_cleared is not null)`

/**
 * Rank of a credit among the credits of one wallet and asset in a transaction. The first has rank
 * 1.
 */
const rankOf = (depositId: Credit['id']) => sql`(
  select count(*) from deposits one join deposits other
    on (other.chain_id, other.tx_hash, other.wallet, other.asset)
      = (one.chain_id, one.tx_hash, one.wallet, one.asset)
  where one.id = ${depositId} and other.state <> 'orphaned'
    and (other.log_order, other.id) <= (one.log_order, one.id)
    and (other.id = one.id or ${countsIn(sql`other`)})
)`
