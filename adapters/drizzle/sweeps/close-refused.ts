import { and, desc, eq, inArray, isNotNull, sql } from 'drizzle-orm'
import type { Deposit } from '../../../domain/deposits/deposit.ts'
import type { AttentionReason } from '../../../domain/deposits/deposit-state.ts'
import { deposits, operatorActions, sweeps } from '../../../drizzle/schema.ts'
import { changeState } from '../deposits/change-state.ts'
import type { Queries } from '../queries.ts'
import { isOfAsset } from '../wallet-asset.ts'
import { freeLane } from './lane-row.ts'
import { lockLaneAndSweep } from './locks.ts'
import { closeSweepRow } from './sweep-row.ts'

/**
 * MONEY 12: the transaction succeeded and moved nothing. The sweep covers no deposit, and all that
 * waited for it need a person together: each by itself would pay for gas only to be refused again.
 */
export async function closeRefused(tx: Queries, sweepId: string, detail: string): Promise<void> {
  const sweep = await lockLaneAndSweep(tx, sweepId)
  if (!sweep || sweep.closedAt !== null) return
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
    .orderBy(deposits.id)
  const reason: AttentionReason = 'token-refused'
  for (const { id } of waiting)
    await changeState(tx, { depositId: id, state: 'needs-attention', reason, detail })
}

/**
 * The sweep that the token refused, while it is the last of the wallet's asset and nobody has
 * ordered a retry of one of its deposits since: until then no other is opened for them, the later
 * ones included.
 */
export async function refusedLast(tx: Queries, deposit: Deposit): Promise<string | undefined> {
  const ofAsset = isOfAsset(sweeps, deposit)
  const [last] = await tx
    .select({ id: sweeps.id, outcome: sweeps.outcome, closedAt: sweeps.closedAt })
    .from(sweeps)
    // One that never signed anything says nothing about the token.
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
        // As the run writes it down that follows the order; a skip or a pause of one asks for
        // nothing.
        eq(operatorActions.action, 'retry'),
        sql`${operatorActions.doneAt} > (${tx.select({ at: sweeps.closedAt }).from(sweeps).where(eq(sweeps.id, last.id))})`,
      ),
    )
    .limit(1)
  return order ? undefined : last.id
}
