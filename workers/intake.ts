import { toAddress } from '../domain/address.ts'
import { isTerminal } from '../domain/deposit-state.ts'
import { type WorkMessage, workQueues } from '../domain/event.ts'
import { BadInput } from '../domain/money-errors.ts'
import type { BusConsumer, BusSubscription, Verdict } from '../domain/ports/bus.ts'
import type { DepositLookup, KnownDeposit } from '../domain/ports/deposit-lookup.ts'
import type { Log } from '../domain/ports/log.ts'
import type { Loop } from '../domain/ports/loop.ts'
import type { Metrics } from '../domain/ports/metrics.ts'
import type { SweepRuns } from '../domain/ports/sweep-runs.ts'
import { pause } from './pause.ts'

export interface IntakeDeps {
  readonly consumer: BusConsumer
  readonly deposits: DepositLookup
  readonly runs: Pick<SweepRuns, 'start' | 'reachable'>
  readonly log: Log
  readonly metrics: Metrics
  /** How often Temporal is asked whether it is back. @default 1000 */
  readonly askAgainMs?: number
}

/**
 * Bus → workflow. A message is acked after Temporal took the start, so a crash in between delivers it again and the
 * start finds the run. While Temporal or the database is away nothing is consumed: the queues keep what they hold.
 */
export function createIntake(deps: IntakeDeps): Loop {
  const away = { since: undefined as string | undefined }
  let subscriptions: readonly BusSubscription[] = []

  async function handle(message: WorkMessage): Promise<Verdict> {
    try {
      const verdict = await judge(deps, message)
      deps.metrics.count('coldsweep_intake_total', { verdict: verdict.kind })
      return verdict
    } catch (error) {
      if (error instanceof BadInput) return { kind: 'fail', reason: error.message }
      away.since ??= error instanceof Error ? error.message : String(error)
      return { kind: 'again' }
    }
  }

  return {
    name: 'intake',
    trouble: () =>
      away.since ?? subscriptions.map((s) => s.trouble()).find((trouble) => trouble !== undefined),
    async run(stop) {
      subscriptions = Object.values(workQueues).map((queue) => deps.consumer.consume(queue, handle))
      const askAgainMs = deps.askAgainMs ?? 1_000
      while (!stop.aborted) {
        if (away.since !== undefined) {
          deps.log.warn(
            { reason: away.since },
            'the intake stops consuming until its dependencies are back',
          )
          await Promise.all(subscriptions.map((s) => s.pause()))
          do await pause(askAgainMs, stop)
          while (!stop.aborted && !(await deps.runs.reachable()))
          away.since = undefined
          for (const subscription of subscriptions) subscription.resume()
          if (!stop.aborted) deps.log.info({}, 'the intake consumes again')
        }
        await pause(askAgainMs / 4, stop)
      }
      await Promise.all(subscriptions.map((s) => s.close()))
    },
  }
}

async function judge(deps: IntakeDeps, message: WorkMessage): Promise<Verdict> {
  const deposit = await deps.deposits.find(message.depositId)
  if (!deposit) return { kind: 'fail', reason: `no deposit ${message.depositId} in the database` }
  const wrong = differences(message, deposit)
  if (wrong.length > 0) {
    return {
      kind: 'fail',
      reason: `the message and the deposit’s row differ in ${wrong.join(', ')}`,
    }
  }
  if (isTerminal(deposit.state)) {
    deps.log.debug(
      { deposit: deposit.id, state: deposit.state },
      'nothing left to do for a message',
    )
    return { kind: 'ack' }
  }
  await deps.runs.start(message)
  return { kind: 'ack' }
}

/** A message names what the row says, or it is not ours: amounts and wallets are read from rows, never from messages. */
function differences(message: WorkMessage, deposit: KnownDeposit): readonly string[] {
  const pairs: readonly [string, unknown, unknown][] = [
    ['chainId', message.chainId, deposit.chainId],
    ['wallet', toAddress(message.wallet), deposit.wallet],
    ['amount', message.amount, deposit.amount.toString()],
    ['kind', message.kind, deposit.asset === 'native' ? 'native' : 'token'],
  ]
  return pairs.filter(([, got, known]) => got !== known).map(([name]) => name)
}
