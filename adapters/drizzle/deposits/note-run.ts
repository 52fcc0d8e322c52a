import { and, eq, notInArray, sql } from 'drizzle-orm'
import { terminalStates } from '../../../domain/deposits/deposit-state.ts'
import { deposits } from '../../../drizzle/schema.ts'
import type { Queries } from '../queries.ts'

/**
 * Notes that a deposit's run is alive. `adopt` starts another run for a deposit whose run is silent
 * for long.
 */
export async function noteRun(db: Queries, depositId: string): Promise<void> {
  await db.update(deposits).set({ lastRunAt: sql`now()` }).where(eq(deposits.id, depositId))
}

/** Notes that the deposit's run drives this sweep from now on. */
export async function assignSweep(tx: Queries, depositId: string, sweepId: string): Promise<void> {
  await tx
    .update(deposits)
    .set({ sweepId, lastRunAt: sql`now()` })
    .where(eq(deposits.id, depositId))
}

/** Keeps the error of a failing step in the row of an unfinished deposit. */
export async function noteStepError(db: Queries, depositId: string, detail: string): Promise<void> {
  const isUnfinished = notInArray(deposits.state, [...terminalStates])
  await db
    .update(deposits)
    .set({ detail, lastRunAt: sql`now()` })
    .where(and(eq(deposits.id, depositId), isUnfinished))
}
