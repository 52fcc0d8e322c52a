import { and, eq, inArray, isNotNull, isNull, sql } from 'drizzle-orm'
import { type Chain, findAsset } from '../../../domain/chains/chain.ts'
import { approvalHold, isPause, withApprovalOwed } from '../../../domain/deposits/halt.ts'
import { deposits } from '../../../drizzle/schema.ts'
import { chunks } from '../chunks.ts'
import { depositEvent, owe } from '../outbox/events.ts'
import type { Queries } from '../queries.ts'

type DepositRow = typeof deposits.$inferSelect

/**
 * MONEY 16, in the commit that confirms them: no run can be quicker. What is at or above
 * `approveAbove` waits for somebody's approval, also where the same deposit was approved before a
 * reorg; what an operator paused meanwhile stays so, and owes it. So does what is not listed now:
 * once it is listed again, any sweep of its wallet would take it, whatever the limit is by then.
 */
export async function holdLargeOnes(
  tx: Queries,
  chain: Pick<Chain, 'native' | 'tokens'>,
  confirmed: readonly DepositRow[],
): Promise<void> {
  const large = confirmed.filter((row) => {
    const asset = findAsset(chain, row.asset)
    if (!asset) return true
    return asset.approveAbove !== undefined && row.amount >= asset.approveAbove
  })
  for (const row of large) {
    const { heldReason, heldAt, releasedAt } = row
    const isPaused = heldAt !== null && releasedAt === null && isPause(heldReason)
    await tx
      .update(deposits)
      .set(
        isPaused && heldReason
          ? { heldReason: withApprovalOwed(heldReason) }
          : { heldReason: approvalHold, heldAt: sql`now()`, releasedAt: null },
      )
      .where(eq(deposits.id, row.id))
  }
  for (const part of chunks(confirmed)) await waitAsHeld(tx, part)
}

async function waitAsHeld(tx: Queries, some: readonly DepositRow[]): Promise<void> {
  const rows = await tx
    .update(deposits)
    .set({
      reason: sql`case when ${deposits.heldReason} = ${approvalHold} then 'approval' else 'paused' end`,
      eventSeq: sql`${deposits.eventSeq} + 1`,
    })
    .where(
      and(
        inArray(
          deposits.id,
          some.map(({ id }) => id),
        ),
        isNotNull(deposits.heldAt),
        isNull(deposits.releasedAt),
        // An asset that is not listed any more asks for a person already.
        sql`${deposits.state} = 'waiting'`,
      ),
    )
    .returning()
  await owe(
    tx,
    rows.map((row) => depositEvent(row, 'sweep.waiting', { reason: row.reason, detail: '' })),
  )
}
