import type { GasSignals, SweepRuns } from '../../domain/deposits/sweep-runs.ts'
import type { Log, Metrics } from '../../domain/process.ts'
import type { GasSignal } from '../../domain/scan/own-transactions.ts'
import { withTimeout } from '../../runtime/timeout.ts'

/** Wakes waiting workflows. Hints are best effort: each wait also has a durable timer. */
export interface Hints {
  gasMined(signals: readonly GasSignal[]): void
  orphaned(depositIds: readonly string[]): void
  /** Sends the queued hints for at most `limitMs`, then drops the rest. Ignores later hints. */
  close(limitMs: number): Promise<void>
}

export interface HintsDeps {
  readonly gasSignals: Pick<GasSignals, 'put'>
  readonly sweepRuns: Pick<SweepRuns, 'wake'>
  readonly workflowIdOf: (depositId: string) => string
  readonly log: Log
  readonly metrics: Metrics
}

/**
 * Maximum number of queued hints. During a long outage of Redis and Temporal the oldest hints are
 * dropped first, because the timers of their runs fire soonest.
 */
const mostWaiting = 10_000
const atOnce = 4
const limitOfOneMs = 5_000

/** Sends hints concurrently with the scan loop, which never waits for Redis or Temporal. */
export function createHints({
  gasSignals,
  sweepRuns,
  workflowIdOf,
  log,
  metrics,
}: HintsDeps): Hints {
  const waiting: (() => Promise<unknown>)[] = []
  const working = new Set<Promise<void>>()
  let closed = false

  const attempt = async (what: string, work: () => Promise<unknown>) => {
    try {
      await withTimeout(
        work(),
        limitOfOneMs,
        () => new Error(`no answer within ${limitOfOneMs} ms`),
      )
      metrics.count('hints', { kind: what, outcome: 'sent' })
    } catch (error) {
      metrics.count('hints', { kind: what, outcome: 'lost' })
      log.debug({ error, kind: what }, 'hint lost; its timer remains')
    }
  }
  const next = () => {
    while (working.size < atOnce) {
      const work = waiting.shift()
      if (!work) return
      const done: Promise<void> = work().then(() => {
        working.delete(done)
        next()
      })
      working.add(done)
    }
  }
  const push = (work: () => Promise<unknown>) => {
    if (closed) return
    if (waiting.length >= mostWaiting) {
      waiting.shift()
      metrics.count('hints', { kind: 'any', outcome: 'dropped' })
    }
    waiting.push(work)
    next()
  }

  return {
    gasMined(signals) {
      for (const { chainId, hash, transactionKey, workflowId, blockNumber, blockHash } of signals) {
        push(async () => {
          await attempt('gas-key', () => gasSignals.put(chainId, hash, { blockNumber, blockHash }))
          if (workflowId === null) return
          await attempt('gas-mined', () =>
            sweepRuns.wake(workflowId, { kind: 'gasMined', transactionKey }),
          )
        })
      }
    },
    orphaned(depositIds) {
      for (const id of depositIds) {
        push(() =>
          attempt('orphaned', () => sweepRuns.wake(workflowIdOf(id), { kind: 'depositOrphaned' })),
        )
      }
    },
    async close(limitMs) {
      closed = true
      await withTimeout(drained(working, waiting), limitMs, () => undefined)
      waiting.length = 0
    },
  }
}

async function drained(working: Set<Promise<void>>, waiting: readonly unknown[]): Promise<void> {
  while (working.size > 0 || waiting.length > 0) await Promise.all(working)
}
