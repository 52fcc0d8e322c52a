import type { DueUnread } from '../../domain/scan/unread-store.ts'
import { errorMessage } from '../../runtime/error-message.ts'
import { mapConcurrently } from '../../runtime/map-concurrently.ts'
import { sleep } from '../../runtime/sleep.ts'
import type { ScanDeps } from '../context/scan-deps.ts'
import type { FindsReading } from '../detect/read-finds.ts'
import { rereadUnreadBlock } from './reread-unread-block.ts'

type UnreadDeps = Pick<
  ScanDeps,
  'chain' | 'clock' | 'hints' | 'log' | 'metrics' | 'reader' | 'store'
>

/**
 * Reads blocks with unread transactions again, concurrently with the scan, so that a slow answer
 * never delays the cursor.
 */
export interface UnreadReader {
  /** Resolves when the signal aborts. Failures are retried. */
  run(leading: AbortSignal): Promise<void>
  /**
   * Returns whether deposits were stored since the last call. Their blocks may be final already.
   */
  takeFound(): boolean
}

const pollMs = 1_000
/** Maximum number of blocks in one poll, and number of concurrent reads. */
const blocksAtOnce = 8
const width = 2
const figuresEveryMs = 5_000

/**
 * @param reading returns the current settings by which the scan reads blocks; undefined before the
 * scan's first step
 * @param found called when deposits were stored
 */
export function createUnreadReader(
  deps: UnreadDeps,
  reading: () => FindsReading | undefined,
  found: () => void,
): UnreadReader {
  const { chain, log, store } = deps
  const figures = createUnreadFigures(deps)
  let isFound = false

  async function poll(current: FindsReading, leading: AbortSignal): Promise<void> {
    const due = await store.dueUnread(chain.id, blocksAtOnce)
    // If the chain has a keeper that the current settings lack, no block is read until the scan has
    // reopened with the new list of keepers (MONEY 13).
    const keepers = due.length === 0 ? [] : await store.keepers(chain.id)
    if (keepers.every((address) => current.keepers.has(address))) {
      await mapConcurrently(due, width, async (block) => {
        if (!leading.aborted) await readAgain(current, block)
      })
    }
    await figures.report()
  }

  async function readAgain(current: FindsReading, block: DueUnread): Promise<void> {
    const { blockNumber } = block
    try {
      const { readAtLast, detected } = await rereadUnreadBlock(deps, current, block)
      if (readAtLast.length > 0) {
        log.info({ block: blockNumber, transactions: readAtLast }, 'unread transactions read')
      }
      if (detected.length === 0) return
      isFound = true
      found()
    } catch (error) {
      const words = errorMessage(error)
      log.debug({ error, block: blockNumber }, 'unread transactions still cannot be read')
      await store.noteUnreadTry(chain.id, block, words)
    }
  }

  return {
    async run(leading) {
      while (!leading.aborted) {
        const current = reading()
        try {
          if (current) await poll(current, leading)
        } catch (error) {
          log.warn({ error }, 'unread poll failed; retrying')
        }
        await sleep(pollMs, leading)
      }
    },
    takeFound() {
      const was = isFound
      isFound = false
      return was
    },
  }
}

/**
 * Publishes the gauges of a chain's unread transactions, and logs an error once some of these
 * transactions are 10 minutes old.
 */
function createUnreadFigures({ chain, clock, log, metrics, store }: UnreadDeps): {
  report(): Promise<void>
} {
  let reportedAt = Number.NEGATIVE_INFINITY
  return {
    async report() {
      const now = clock.now().getTime()
      if (now - reportedAt < figuresEveryMs) return
      reportedAt = now
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
