import { readFileSync } from 'node:fs'
import type { StartedProcess } from '../../../devstack/run/run.ts'
import type { DepositState } from '../../../domain/deposits/deposit-state.ts'
import { formatState } from '../../../domain/deposits/deposit-state.ts'
import { sweepWorkflowId } from '../../../workflows/contract.ts'
import { eventually } from '../waiting/eventually.ts'
import type { OwnDeployment } from './own-deployment.ts'

export interface SeenRow {
  readonly id: string
  /** e.g. `waiting(keeper-low)` */
  readonly state: string
  readonly detail: string
  readonly sweepId: string | null
}

/** Returns the rows of the deposits in one transaction. */
export async function rowsOf({ sql }: OwnDeployment, txHash: string): Promise<SeenRow[]> {
  const rows = await sql`
    select id, state, reason, detail, sweep_id from deposits where tx_hash = ${txHash} order by id`
  return rows.map((row) => ({
    id: row['id'],
    state: formatState(row['state'] as DepositState, row['reason']),
    detail: row['detail'],
    sweepId: row['sweep_id'],
  }))
}

/**
 * Waits until the state of the transaction's first deposit begins with `state`. Fails after the
 * limit or when one of the `processes` ends, with the last state and the last log lines of the
 * processes.
 */
export async function reaches(
  deployment: OwnDeployment,
  txHash: string,
  state: string,
  options: { readonly limitMs?: number; readonly processes?: readonly StartedProcess[] } = {},
): Promise<SeenRow> {
  const ended = () => (options.processes ?? []).some(({ exitCode }) => exitCode !== undefined)
  try {
    const rows = await eventually(
      () => rowsOf(deployment, txHash),
      (seen) => {
        if (ended()) throw new Error('a process has ended')
        return seen[0]?.state.startsWith(state) === true
      },
      options.limitMs ?? 180_000,
    )
    return rows[0] as SeenRow
  } catch (error) {
    const words = (options.processes ?? []).map(({ logFile }) => lastLines(logFile)).join('\n')
    throw new Error(`${txHash} never reached ${state}: ${(error as Error).message}\n${words}`)
  }
}

const lastLines = (file: string) => readFileSync(file, 'utf8').split('\n').slice(-15).join('\n')

/** Waits until the run has ended, and returns its history. */
export async function historyOf({ client }: OwnDeployment, depositId: string) {
  const handle = client.workflow.getHandle(sweepWorkflowId(depositId))
  await handle.result()
  return await handle.fetchHistory()
}

/**
 * Temporal's code (UnhandledCommand) for a workflow task that failed because a signal arrived
 * during the task. The server repeats such a task.
 */
const unhandledCommand = 1

/**
 * Counts the events of a history, except the events of failed workflow tasks that the server
 * repeats: tasks that timed out on a busy machine, and tasks during which a signal arrived.
 */
export function eventCount({ events }: Awaited<ReturnType<typeof historyOf>>): number {
  const retried = new Set<string>()
  for (const event of events ?? []) {
    const failed = event.workflowTaskFailedEventAttributes
    const again = failed?.cause === unhandledCommand ? failed : undefined
    const lost = event.workflowTaskTimedOutEventAttributes ?? again
    if (!lost) continue
    for (const id of [event.eventId, lost.scheduledEventId, lost.startedEventId])
      if (id && String(id) !== '0') retried.add(String(id))
  }
  return (events?.length ?? 0) - retried.size
}
