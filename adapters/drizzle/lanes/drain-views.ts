import { and, desc, eq, gt } from 'drizzle-orm'
import type { DrainView } from '../../../domain/keeper/keeper-view.ts'
import { keeperDrains, keeperRefills, sweeps } from '../../../drizzle/schema.ts'
import type { Queries } from '../queries.ts'

/** The newest order to drain a keeper. */
export async function lastDrain(
  db: Queries,
  chainId: number,
  keeper: string,
): Promise<DrainView | undefined> {
  const [row] = await db
    .select({
      id: keeperDrains.sweepId,
      chainId: keeperDrains.chainId,
      keeper: keeperDrains.keeper,
      to: keeperDrains.destination,
      operator: keeperDrains.operator,
      reason: keeperDrains.reason,
      orderedAt: keeperDrains.orderedAt,
      waitingFor: keeperDrains.waitingFor,
      closedAt: sweeps.closedAt,
      outcome: sweeps.outcome,
      txHash: sweeps.txHash,
      blockNumber: sweeps.blockNumber,
      restWei: keeperDrains.restWei,
    })
    .from(keeperDrains)
    .innerJoin(sweeps, eq(sweeps.id, keeperDrains.sweepId))
    .where(and(eq(keeperDrains.chainId, chainId), eq(keeperDrains.keeper, keeper)))
    .orderBy(desc(keeperDrains.orderedAt))
    .limit(1)
  return row as DrainView | undefined
}

/** Whether a payment to the keeper was seen after the block of this drain. */
export async function isRefilledAfter(
  db: Queries,
  { chainId, keeper, blockNumber }: Pick<DrainView, 'chainId' | 'keeper' | 'blockNumber'>,
): Promise<boolean> {
  const rows = await db
    .select({ txHash: keeperRefills.txHash })
    .from(keeperRefills)
    .where(
      and(
        eq(keeperRefills.chainId, chainId),
        eq(keeperRefills.keeper, keeper),
        gt(keeperRefills.blockNumber, blockNumber ?? 0n),
      ),
    )
    .limit(1)
  return rows.length > 0
}
