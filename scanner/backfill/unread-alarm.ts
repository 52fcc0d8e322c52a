import type { ScanDeps } from '../context/scan-deps.ts'

const everyMs = 5_000

/** Gauges of a chain's unread transactions, and one error line once some are 10 minutes old. */
export function createUnreadAlarm({
  chain,
  clock,
  log,
  metrics,
  store,
}: Pick<ScanDeps, 'chain' | 'clock' | 'log' | 'metrics' | 'store'>): { look(): Promise<void> } {
  let lookedAt = Number.NEGATIVE_INFINITY
  return {
    async look() {
      const now = clock.now().getTime()
      if (now - lookedAt < everyMs) return
      lookedAt = now
      const labels = { chain: chain.name }
      const { open, blocks, oldestSeconds } = await store.unreadFigures(chain.id)
      metrics.gauge('unread_transactions', labels, open)
      metrics.gauge('unread_blocks', labels, blocks)
      metrics.gauge('unread_oldest_seconds', labels, oldestSeconds)
      if (oldestSeconds === 0) return
      const alarm = await store.takeUnreadAlarm(chain.id)
      if (!alarm) return
      log.error(
        { ...alarm, command: `coldsweep unread list --chain ${chain.id}` },
        'transactions have been unread for 10 minutes; deposits in them are not credited',
      )
    },
  }
}
