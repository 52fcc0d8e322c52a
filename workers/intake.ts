import { toAddress } from '../domain/address.ts'
import { type Chain, findAsset } from '../domain/chains/chain.ts'
import { isTerminal } from '../domain/deposits/deposit-state.ts'
import type { DepositLookup, KnownDeposit, SweepRuns } from '../domain/deposits/sweep-runs.ts'
import { BadInput } from '../domain/money-errors.ts'
import type { BusConsumer, BusSubscription, Verdict } from '../domain/outbox/bus.ts'
import { type WorkMessage, workQueues } from '../domain/outbox/event.ts'
import type { Log, Metrics } from '../domain/process.ts'
import { createBackoff } from '../runtime/backoff.ts'
import { errorMessage } from '../runtime/error-message.ts'
import type { Loop } from '../runtime/loop.ts'
import { sleep } from '../runtime/sleep.ts'

export interface IntakeDeps {
  readonly consumer: BusConsumer
  readonly deposits: DepositLookup
  readonly runs: Pick<SweepRuns, 'start' | 'reachable'>
  readonly chains: readonly Chain[]
  /** Settles a small deposit; false if it needs a run. @default each deposit gets a run */
  readonly settle?: (deposit: KnownDeposit) => Promise<boolean>
  readonly log: Log
  readonly metrics: Metrics
  /** Interval between checks whether Temporal is reachable again. @default 1000 */
  readonly askAgainMs?: number
}

/**
 * Longest backoff. Each returned message counts against the queue's delivery limit, so retries back
 * off.
 */
const longestPauseMs = 30_000

/**
 * Creates the loop that takes work messages from RabbitMQ and starts a workflow for each message. A
 * message is acked after Temporal accepted the start. A crash in between redelivers the message,
 * and the second start finds the run of the first. While Temporal or the database is down, the
 * intake consumes nothing and the queues keep their messages.
 */
export function createIntake(deps: IntakeDeps): Loop {
  const askAgainMs = deps.askAgainMs ?? 1_000
  let subscriptions: readonly BusSubscription[] = []
  let away: string | undefined
  let notice = () => {}
  const backoff = createBackoff(askAgainMs, longestPauseMs)

  async function handle(message: WorkMessage): Promise<Verdict> {
    if (away !== undefined) return { kind: 'again' }
    try {
      const verdict = await judge(deps, message).catch(refuseBadInput)
      deps.metrics.count('coldsweep_intake_total', { verdict: verdict.kind })
      backoff.reset()
      return verdict
    } catch (error) {
      away ??= errorMessage(error)
      notice()
      return { kind: 'again' }
    }
  }

  function untilAway(stop: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      notice = resolve
      if (away !== undefined || stop.aborted) resolve()
    })
  }

  async function waitForReturn(stop: AbortSignal): Promise<void> {
    const pauseMs = backoff.nextMs()
    deps.log.warn({ reason: away, pauseMs }, 'intake stopped consuming; waiting for its dependency')
    await Promise.all(subscriptions.map((subscription) => subscription.pause()))
    await sleep(pauseMs, stop)
    while (!stop.aborted && !(await deps.runs.reachable())) await sleep(askAgainMs, stop)
    if (stop.aborted) return
    away = undefined
    for (const subscription of subscriptions) subscription.resume()
    deps.log.info({}, 'intake consuming again')
  }

  return {
    name: 'intake',
    problem: () =>
      away ?? subscriptions.map((s) => s.problem()).find((problem) => problem !== undefined),
    async run(stop) {
      subscriptions = Object.values(workQueues).map((queue) => deps.consumer.consume(queue, handle))
      stop.addEventListener('abort', () => notice(), { once: true })
      while (!stop.aborted) {
        await untilAway(stop)
        if (!stop.aborted) await waitForReturn(stop)
      }
      await Promise.all(subscriptions.map((subscription) => subscription.close()))
    },
  }
}

function refuseBadInput(error: unknown): Verdict {
  if (error instanceof BadInput) return { kind: 'fail', reason: error.message }
  throw error
}

async function judge(deps: IntakeDeps, message: WorkMessage): Promise<Verdict> {
  const deposit = await deps.deposits.find(message.depositId)
  if (!deposit) return { kind: 'fail', reason: `no deposit ${message.depositId} in the database` }
  const wrong = differences(message, deposit, deps.chains)
  if (wrong.length > 0) {
    return { kind: 'fail', reason: `message differs from the deposit’s row: ${wrong.join(', ')}` }
  }
  const { id, state } = deposit
  // A deposit without `confirmedAt` lost its confirmation in a reorg. The scanner hands it over
  // again (MONEY 21).
  if (isTerminal(state) || deposit.confirmedAt === null) {
    deps.log.debug({ deposit: id, state }, 'message acknowledged without a start')
    return { kind: 'ack' }
  }
  if (await deps.settle?.(deposit)) {
    deps.log.debug({ deposit: id }, 'small deposit settled without a run')
    return { kind: 'ack' }
  }
  await deps.runs.start(message)
  return { kind: 'ack' }
}

/**
 * Returns the fields in which a message differs from the deposit's row. Amounts and wallets are
 * read from rows, never from messages.
 */
function differences(
  message: WorkMessage,
  deposit: KnownDeposit,
  chains: IntakeDeps['chains'],
): readonly string[] {
  const chain = chains.find(({ id }) => id === deposit.chainId)
  if (!chain) throw new BadInput(`chain ${deposit.chainId} is not in coldsweep.yaml`)
  const pairs: [string, unknown, unknown][] = [
    ['chainId', message.chainId, deposit.chainId],
    ['wallet', toAddress(message.wallet), deposit.wallet],
    ['amount', message.amount, deposit.amount.toString()],
    ['kind', message.kind, deposit.asset === 'native' ? 'native' : 'token'],
  ]
  // An unlisted token has no symbol to compare; its run sets `needs-attention`.
  const asset = findAsset(chain, deposit.asset)
  if (asset) pairs.push(['asset', message.asset, asset.symbol])
  if (asset) pairs.push(['decimals', message.decimals, asset.decimals])
  return pairs
    .filter(([, got, known]) => got !== known)
    .map(([name, got, known]) => `${name} is ${known}, not ${got}`)
}
