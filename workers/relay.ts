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
  /** Pause when there was nothing to do. @default 200 */
  readonly idleMs?: number
  /** How often the age of the oldest row is measured. @default 5000 */
  readonly lagEveryMs?: number
}

const batch = 100
const firstBackoffMs = 250
const longestBackoffMs = 5_000

/**
 * Outbox → bus, work and events side by side, so that one never holds up the other. A row leaves
 * when the broker has confirmed it: killed in between it is published again, as the same message.
 * While the broker is away the rows stay. One relay publishes each kind in the order of its rows;
 * around a failure, and with several relays, rows may overtake each other, and an event's `seq`
 * tells.
 */
export function createRelay(deps: RelayDeps): Loop {
  const faults = new Map<OutboxKind, string>()

  async function relay(kind: OutboxKind, stop: AbortSignal): Promise<void> {
    const backoff = createBackoff(firstBackoffMs, longestBackoffMs)
    while (!stop.aborted) {
      const { published, fault } = await drainOnce(deps, kind)
      tell(kind, fault)
      if (published > 0) deps.metrics.count('coldsweep_relayed_total', { kind }, published)
      if (fault !== undefined) {
        await sleep(backoff.nextMs(), stop)
      } else {
        backoff.reset()
        if (published < batch) await sleep(deps.idleMs ?? 200, stop)
      }
    }
  }

  function tell(kind: OutboxKind, fault: string | undefined): void {
    if (fault === undefined) {
      if (faults.delete(kind)) deps.log.info({ kind }, 'the relay publishes again')
      return
    }
    if (!faults.has(kind)) deps.log.warn({ kind, reason: fault }, 'the relay is held up; rows stay')
    faults.set(kind, fault)
  }

  /** On its own, so that the lag is seen to grow while nothing moves. */
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
    trouble: () =>
      [...faults].map(([kind, fault]) => `${kind} is held up: ${fault}`).join('; ') || undefined,
    async run(stop) {
      await Promise.all([relay('work', stop), relay('event', stop), watchLag(stop)])
    },
  }
}

interface Round {
  readonly published: number
  readonly fault: string | undefined
}

/**
 * Publishes the oldest rows at once; those that were confirmed leave even where another's confirm
 * failed. Never throws.
 */
async function drainOnce(deps: RelayDeps, kind: OutboxKind): Promise<Round> {
  let fault: string | undefined
  try {
    const published = await deps.outbox.drain(kind, batch, async (rows) => {
      const ends = await Promise.allSettled(rows.map((row) => publishOne(deps, kind, row)))
      const refused = ends.find((end) => end.status === 'rejected')
      if (refused) fault = errorMessage(refused.reason)
      return rows.filter((_, n) => ends[n]?.status === 'fulfilled').map(({ id }) => id)
    })
    return { published, fault }
  } catch (error) {
    return { published: 0, fault: errorMessage(error) }
  }
}

/**
 * A row that can't become a message is put aside: trying it again would hold up those behind it for
 * ever.
 */
async function publishOne(deps: RelayDeps, kind: OutboxKind, row: OutboxRow): Promise<void> {
  const { route, body } = row
  try {
    if (kind === 'work') await deps.publisher.publishWork(route, body)
    else await deps.publisher.publishEvent(body)
  } catch (error) {
    if (!(error instanceof BadInput)) throw error
    const reason = error.message
    deps.log.error({ kind, route, row: String(row.id), reason }, 'a row can’t become a message')
    await deps.publisher.publishFailure({ source: route, reason, body })
  }
}
