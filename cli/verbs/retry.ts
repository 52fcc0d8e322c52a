import { randomUUID } from 'node:crypto'
import { readRetryProgress } from '../../adapters/drizzle/operators/retry-progress.ts'
import { createSweepStore } from '../../adapters/drizzle/sweeps/sweep-store.ts'
import { retrySweep } from '../../adapters/temporal/sweep-runs.ts'
import { startFactsOf } from '../../adapters/temporal/sweep-start.ts'
import { loadConfig } from '../../config/load-config.ts'
import type { FileConfig, Needs } from '../../config/schema/config.ts'
import { formatState } from '../../domain/deposits/deposit-state.ts'
import type { WorkMessage } from '../../domain/outbox/event.ts'
import { createCommands } from '../../operations/explain/commands.ts'
import { awaitRetry, type RetryEnd } from '../../operations/orders/await-retry.ts'
import { retryAdvice } from '../../operations/orders/no-retry.ts'
import { retryDeposit } from '../../operations/orders/retry-deposit.ts'
import { createAssetNames } from '../../operations/views/asset-names.ts'
import { whatNext } from '../../operations/views/what-next.ts'
import { sleep } from '../../runtime/sleep.ts'
import { type OperatorOrder, sweepWorkflowId } from '../../workflows/contract.ts'
import { resolveDeposit } from '../orders/resolve-deposit.ts'
import { refused, usageError } from '../session/cli-error.ts'
import { type ExitCode, exitCodes, type Outcome, type Session } from '../session/outcome.ts'
import { withDatabase } from '../session/with-database.ts'
import { withTemporal } from '../session/with-temporal.ts'

interface RetryArguments {
  readonly id: string
  readonly operator: string
  readonly reason: string
  readonly wait?: boolean
  readonly deadline: number
}

/**
 * Asks the deposit's workflow to replan now. If no workflow runs, starts a workflow with this
 * order. With `--wait`, waits until the deposit's row shows what became of it.
 */
export async function retry(args: RetryArguments, session: Session): Promise<Outcome> {
  const { id, operator, reason } = args
  const config = loadConfig({ need: ['database', 'temporal'], env: session.env })
  const names = createAssetNames(config.chains)
  const wording = { names, commands: createCommands(session.self) }
  const orderId = randomUUID()
  const { deposit, answer } = await withDatabase(config.database, async (db) => {
    const view = await resolveDeposit(db, id, names)
    const ports = {
      chains: config.chains,
      wording,
      noteOrder: createSweepStore(db).noteOrder,
      // A workflow reset replays the signal. The id lets the workflow recognise the repeat.
      ask: (message: WorkMessage) => askRun(config, message, { operator, reason, id: orderId }),
    }
    return {
      deposit: view.deposit,
      answer: await retryDeposit(view.deposit, { operator, reason }, ports),
    }
  })
  if (answer.kind === 'refused') throw refused(answer.why, answer.hint)
  if (answer.kind === 'unlisted') {
    throw usageError(
      `coldsweep.yaml does not list ${answer.missing}`,
      'list it, restart, then retry',
    )
  }
  const workflowId = sweepWorkflowId(deposit.id)
  const state = formatState(deposit.state, deposit.reason)
  const { next } = whatNext(deposit)
  const data = { id: deposit.id, workflowId, state, operator, reason, next }
  const asked = [
    `${deposit.id} was ${state}; its workflow has been asked to replan (${workflowId})`,
    retryAdvice(deposit, wording),
  ].join('\n')
  if (!args.wait) return { data, text: () => asked }
  session.note(asked)
  const waiting = { seconds: args.deadline, stop: session.live.interrupted }
  const ended = await withDatabase(config.database, (db) =>
    awaitRetry(deposit, waiting, {
      read: async () => ({
        deposit: (await resolveDeposit(db, deposit.id, names)).deposit,
        ...(await readRetryProgress(db, { operator, reason, subject: deposit.id, id: orderId })),
      }),
      sleep,
      note: session.note,
    }),
  )
  const { state: after, reason: why, detail } = ended.deposit
  const now = formatState(after, why)
  return {
    data: { ...data, stateAfter: now, detailAfter: detail },
    text: () => ('message' in ended.end ? ended.end.message : `${deposit.id} is ${now}`),
    ...retryExit(ended.end),
  }
}

const endExits: Readonly<Record<RetryEnd['kind'], ExitCode>> = {
  continues: exitCodes.ok,
  failed: exitCodes.failed,
  ignored: exitCodes.failed,
  orphaned: exitCodes.failed,
  waiting: exitCodes.unavailable,
  deadline: exitCodes.unavailable,
}

/** Returns the exit code and the error of a retry's end. */
export function retryExit(end: RetryEnd): Pick<Outcome, 'errors' | 'exitCode'> {
  const exitCode = endExits[end.kind]
  if (end.kind === 'continues') return { exitCode, errors: [] }
  const { kind, message, hint } = end
  return { exitCode, errors: [{ code: kind === 'failed' ? 'retry-failed' : kind, message, hint }] }
}

async function askRun(
  config: FileConfig & Pick<Needs, 'temporal'>,
  message: WorkMessage,
  order: OperatorOrder,
): Promise<void> {
  const chain = config.chains.find(({ id }) => id === message.chainId)
  if (!chain) throw new Error(`chain ${message.chainId} is not in coldsweep.yaml`)
  await withTemporal(config.temporal, (temporal) =>
    retrySweep(temporal, message, startFactsOf(chain, config.timers), order),
  )
}
