import { BadInput } from '../domain/money-errors.ts'
import type { BusPublisher } from '../domain/outbox/bus.ts'
import type { Outbox, OutboxKind, OutboxRow } from '../domain/outbox/outbox.ts'
import type { Log, Metrics } from '../domain/process.ts'
import { createBackoff } from '../runtime/backoff.ts'
import { errorMessage } from '../runtime/error-message.ts'
import type { Loop } from '../runtime/loop.ts'
import { sleep } from '../runtime/sleep.ts'

export interface RelayDeps {
  readonly outbox: Outbox
  readonly publisher: BusPublisher
  readonly log: Log
  readonly metrics: Metrics
  /** Sleep after a partial batch. @default 200 */
  readonly idleMs?: number
  /** How often the age of the oldest row is measured. @default 5000 */
  readonly lagEveryMs?: number
}

const batch = 100
const firstBackoffMs = 250
const longestBackoffMs = 5_000

/**
 * Creates the loop that publishes the rows of the outbox to RabbitMQ. Work and events are published
 * independently, so neither blocks the other. A row is deleted after the broker confirmed its
 * message; a crash in between publishes the same message again. While the broker is down the rows
 * stay. One relay publishes each kind in row order; after a failure, or with several relays, rows
 * may overtake each other, and an event's `seq` shows the right order.
 */
export function createRelay(deps: RelayDeps): Loop {
  const blocked = new Map<OutboxKind, string>()

  async function relay(kind: OutboxKind, stop: AbortSignal): Promise<void> {
    const backoff = createBackoff(firstBackoffMs, longestBackoffMs)
    while (!stop.aborted) {
      const { published, reason } = await drainOnce(deps, kind)
      report(kind, reason)
      if (published > 0) deps.metrics.count('coldsweep_relayed_total', { kind }, published)
      if (reason !== undefined) {
        await sleep(backoff.nextMs(), stop)
      } else {
        backoff.reset()
        if (published < batch) await sleep(deps.idleMs ?? 200, stop)
      }
    }
  }

  function report(kind: OutboxKind, reason: string | undefined): void {
    if (reason === undefined) {
      if (blocked.delete(kind)) deps.log.info({ kind }, 'relay publishing again')
      return
    }
    if (!blocked.has(kind))
      deps.log.warn({ kind, reason }, 'relay blocked; rows stay in the outbox')
    blocked.set(kind, reason)
  }

  /**
   * The measurement runs independently of the relay, so that the gauge grows while the relay is
   * blocked.
   */
  async function watchLag(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      for (const kind of ['work', 'event'] as const) {
        const lag = await deps.outbox.lagSeconds(kind).catch(() => undefined)
        if (lag !== undefined) deps.metrics.gauge('coldsweep_outbox_lag_seconds', { kind }, lag)
      }
      await sleep(deps.lagEveryMs ?? 5_000, stop)
    }
  }

  return {
    name: 'relay',
    problem: () =>
      [...blocked].map(([kind, reason]) => `${kind} is blocked: ${reason}`).join('; ') || undefined,
    async run(stop) {
      await Promise.all([relay('work', stop), relay('event', stop), watchLag(stop)])
    },
  }
}

interface Round {
  readonly published: number
  readonly reason: string | undefined
}

/**
 * Publishes the oldest rows concurrently and deletes the confirmed rows, even if another row
 * failed. Never throws.
 */
async function drainOnce(deps: RelayDeps, kind: OutboxKind): Promise<Round> {
  let reason: string | undefined
  try {
    const published = await deps.outbox.drain(kind, batch, async (rows) => {
      const ends = await Promise.allSettled(rows.map((row) => publishOne(deps, kind, row)))
      const refused = ends.find((end) => end.status === 'rejected')
      if (refused) reason = errorMessage(refused.reason)
      return rows.filter((_, n) => ends[n]?.status === 'fulfilled').map(({ id }) => id)
    })
    return { published, reason }
  } catch (error) {
    return { published: 0, reason: errorMessage(error) }
  }
}

/**
 * Publishes one row. A row that cannot become a message goes to Processing_Failures, because
 * retries would block all later rows forever.
 */
async function publishOne(deps: RelayDeps, kind: OutboxKind, row: OutboxRow): Promise<void> {
  const { route, body } = row
  try {
    if (kind === 'work') await deps.publisher.publishWork(route, body)
    else await deps.publisher.publishEvent(body)
  } catch (error) {
    if (!(error instanceof BadInput)) throw error
    const reason = error.message
    deps.log.error(
      { kind, route, row: String(row.id), reason },
      'outbox row cannot become a message',
    )
    await deps.publisher.publishFailure({ source: route, reason, body })
  }
}
