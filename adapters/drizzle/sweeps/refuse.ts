import { and, desc, eq, inArray, isNotNull, sql } from 'drizzle-orm'
import type { Deposit } from '../../../domain/deposits/deposit.ts'
import type { AttentionReason } from '../../../domain/deposits/deposit-state.ts'
import { deposits, lanes, operatorActions, sweeps } from '../../../drizzle/schema.ts'
import type { Queries } from '../queries.ts'
import { lockWithLane } from './let-go.ts'
import { changeState } from './state.ts'

/**
 * MONEY 12: the transaction succeeded and moved nothing. The sweep covers no deposit, and all that
 * waited for it need a person together: each by itself would pay for gas only to be refused again.
 */
export async function closeRefused(tx: Queries, sweepId: string, detail: string): Promise<void> {
  const sweep = await lockWithLane(tx, sweepId)
  if (!sweep || sweep.closedAt !== null) return
  await tx
    .update(sweeps)
    .set({ closedAt: sql`now()`, outcome: 'refused', leaseHolder: null, leaseUntil: null })
    .where(eq(sweeps.id, sweepId))
  await tx
    .update(lanes)
    .set({ holderSweepId: null, heldSince: null })
    .where(and(eq(lanes.chainId, sweep.chainId), eq(lanes.holderSweepId, sweepId)))
  const waiting = await tx
    .select({ id: deposits.id })
    .from(deposits)
    .where(
      and(
        eq(deposits.chainId, sweep.chainId),
        eq(deposits.wallet, sweep.wallet),
        eq(deposits.asset, sweep.asset),
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
  const ofAsset = and(
    eq(sweeps.chainId, deposit.chainId),
    eq(sweeps.wallet, deposit.wallet),
    eq(sweeps.asset, deposit.asset),
  )
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
        eq(deposits.chainId, deposit.chainId),
        eq(deposits.wallet, deposit.wallet),
        eq(deposits.asset, deposit.asset),
        // As the run writes it down that follows the order; a skip or a pause of one asks for
        // nothing.
        eq(operatorActions.action, 'retry'),
        sql`${operatorActions.doneAt} > (${tx.select({ at: sweeps.closedAt }).from(sweeps).where(eq(sweeps.id, last.id))})`,
      ),
    )
    .limit(1)
  return order ? undefined : last.id
}
