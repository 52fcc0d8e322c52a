import { BadInput } from '../domain/money-errors.ts'
import type { BusPublisher } from '../domain/ports/bus.ts'
import type { Log } from '../domain/ports/log.ts'
import type { Loop } from '../domain/ports/loop.ts'
import type { Metrics } from '../domain/ports/metrics.ts'
import type { Outbox, OutboxKind, OutboxRow } from '../domain/ports/outbox.ts'
import { pause } from './pause.ts'

export interface RelayDeps {
  readonly outbox: Outbox
  readonly publisher: BusPublisher
  readonly log: Log
  readonly metrics: Metrics
  /** Pause when there was nothing to do. @default 200 */
  readonly idleMs?: number
}

const batch = 100
const firstBackoffMs = 250
const longestBackoffMs = 10_000

/**
 * Outbox → bus, work and events side by side, so that one never holds up the other. A row leaves when the broker has
 * confirmed it; while the broker is away the rows stay and are tried again. A row that can't become a message goes to
 * Processing_Failures, because trying it again would hold up those behind it for ever.
 */
export function createRelay(deps: RelayDeps): Loop {
  const troubles = new Map<OutboxKind, string>()

  async function relay(kind: OutboxKind, stop: AbortSignal): Promise<void> {
    let backoffMs = firstBackoffMs
    while (!stop.aborted) {
      try {
        const published = await deps.outbox.drain(kind, batch, (rows) =>
          publishAll(deps, kind, rows),
        )
        troubles.delete(kind)
        backoffMs = firstBackoffMs
        if (published > 0) deps.metrics.count('coldsweep_relayed_total', { kind }, published)
        deps.metrics.gauge(
          'coldsweep_outbox_lag_seconds',
          { kind },
          await deps.outbox.lagSeconds(kind),
        )
        if (published < batch) await pause(deps.idleMs ?? 200, stop)
      } catch (error) {
        const words = error instanceof Error ? error.message : String(error)
        if (!troubles.has(kind))
          deps.log.warn({ kind, error }, 'the relay can’t publish; rows stay')
        troubles.set(kind, `the relay of ${kind} is held up: ${words}`)
        await pause(backoffMs, stop)
        backoffMs = Math.min(backoffMs * 2, longestBackoffMs)
      }
    }
  }

  return {
    name: 'relay',
    trouble: () => [...troubles.values()].join('; ') || undefined,
    async run(stop) {
      await Promise.all([relay('work', stop), relay('event', stop)])
    },
  }
}

/**
 * Publishes the batch at once; what was confirmed is returned even when another row's confirm failed. Throws when nothing
 * was, so that the loop backs off.
 */
async function publishAll(
  deps: RelayDeps,
  kind: OutboxKind,
  rows: readonly OutboxRow[],
): Promise<readonly bigint[]> {
  const answers = await Promise.allSettled(rows.map((row) => publishOne(deps, kind, row)))
  const published = rows.filter((_, i) => answers[i]?.status === 'fulfilled').map(({ id }) => id)
  const refused = answers.find((answer) => answer.status === 'rejected')
  if (published.length === 0 && refused) throw refused.reason
  return published
}

async function publishOne(deps: RelayDeps, kind: OutboxKind, row: OutboxRow): Promise<void> {
  try {
    if (kind === 'work') await deps.publisher.publishWork(row.route, row.body)
    else await deps.publisher.publishEvent(row.body)
  } catch (error) {
    if (!(error instanceof BadInput)) throw error
    deps.log.error(
      { kind, route: row.route, row: String(row.id), error },
      'a row can’t become a message',
    )
    await deps.publisher.publishFailure({
      source: row.route,
      reason: error.message,
      body: row.body,
    })
  }
}
