import { sql } from 'drizzle-orm'
import type { Deposit } from '../../../domain/deposits/deposit.ts'
import type { SweepOutcome } from '../../../domain/sweeps/sweep.ts'
import { oweDepositEvent } from '../deposits/deposit-events.ts'
import type { Queries } from '../queries.ts'

/** The deposit's row becomes `done` by a sweep, with its event, in the caller's commit. */
export async function markDone(
  tx: Queries,
  deposit: Deposit,
  sweepId: string,
  outcome: SweepOutcome,
  detail = '',
): Promise<void> {
  const data = { sweepId, sweepTx: outcome.txHash }
  await oweDepositEvent(tx, deposit.id, 'sweep.done', data, {
    state: 'done',
    reason: '',
    detail,
    since: sql`now()`,
    covered: true,
    sweepId,
  })
}
