import { and, eq } from 'drizzle-orm'
import { transactions } from '../../../drizzle/schema.ts'
import type { SweepRow } from '../deposits/rows.ts'
import type { Queries } from '../queries.ts'

/**
 * Block of the balance that the sweep's mined transaction moved; null where it is not known, as
 * after an adoption.
 */
export async function balanceBlockOf(tx: Queries, sweep: SweepRow): Promise<bigint | null> {
  if (sweep.txHash === null) return null
  const [signed] = await tx
    .select({ block: transactions.balanceBlock })
    .from(transactions)
    .where(and(eq(transactions.sweepId, sweep.id), eq(transactions.minedHash, sweep.txHash)))
  return signed?.block ?? null
}
