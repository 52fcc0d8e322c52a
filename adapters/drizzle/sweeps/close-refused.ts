import { and, desc, eq, inArray, isNotNull, sql } from 'drizzle-orm'
import type { Deposit } from '../../../domain/deposits/deposit.ts'
import { deposits, operatorActions, sweeps } from '../../../drizzle/schema.ts'
import { askForAttention } from '../deposits/change-state.ts'
import { chainOrder } from '../deposits/rows.ts'
import { noteFailure } from '../pauses/asset-pauses.ts'
import type { Queries } from '../queries.ts'
import { isOfAsset } from '../wallet-asset.ts'
import { freeLane } from './lane-row.ts'
import { lockLaneAndSweep } from './locks.ts'
import { closeSweepRow } from './sweep-row.ts'

/**
 * MONEY 12: closes a sweep whose transaction succeeded and moved nothing. Such a sweep covers no
 * deposit. All deposits that waited for the sweep become `needs-attention` together, because each
 * further sweep would only pay for gas and be refused again.
 * @returns why the breaker has paused the asset because of this end (MONEY 30)
 */
export async function closeRefused(
  tx: Queries,
  sweepId: string,
  detail: string,
): Promise<string | undefined> {
  const sweep = await lockLaneAndSweep(tx, sweepId)
  if (!sweep || sweep.closedAt !== null) return undefined
  await closeSweepRow(tx, sweepId, { outcome: 'refused' })
  await freeLane(tx, sweep)
  const waiting = await tx
    .select({ id: deposits.id })
    .from(deposits)
    .where(
      and(
        isOfAsset(deposits, sweep),
        eq(deposits.covered, false),
        isNotNull(deposits.confirmedAt),
        inArray(deposits.state, ['waiting', 'funding', 'sweeping', 'confirming-sweep']),
      ),
    )
    .orderBy(...chainOrder)
    .for('update')
  const ids = waiting.map(({ id }) => id)
  await askForAttention(tx, ids, { reason: 'token-refused', detail })
  // Last, because commits that lock deposits wait for the pause of an asset too.
  return await noteFailure(tx, sweep, sweepId)
}

/**
 * Returns the sweep that the token refused, if it is the last sweep of the wallet's asset and no
 * operator has ordered a retry of one of its deposits since. Until such an order, no sweep of the
 * asset is opened, not even for later deposits.
 */
export async function refusedLast(tx: Queries, deposit: Deposit): Promise<string | undefined> {
  const ofAsset = isOfAsset(sweeps, deposit)
  const [last] = await tx
    .select({ id: sweeps.id, outcome: sweeps.outcome, closedAt: sweeps.closedAt })
    .from(sweeps)
    // A `void` sweep signed nothing, so it shows nothing about the token.
    .where(and(ofAsset, isNotNull(sweeps.closedAt), sql`${sweeps.outcome} <> 'void'`))
    .orderBy(desc(sweeps.closedAt))
    .limit(1)
  if (last?.outcome !== 'refused') return undefined
  const [order] = await tx
    .select({ id: operatorActions.id })
    .from(operatorActions)
    .innerJoin(deposits, eq(deposits.id, operatorActions.subject))
    .where(
      and(
        isOfAsset(deposits, deposit),
        // The run records this action when it carries out the order. A skip or a pause orders no
        // retry.
        eq(operatorActions.action, 'retry'),
        sql`${operatorActions.doneAt} > (${tx.select({ at: sweeps.closedAt }).from(sweeps).where(eq(sweeps.id, last.id))})`,
      ),
    )
    .limit(1)
  return order ? undefined : last.id
}
