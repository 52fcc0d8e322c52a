import { CursorMoved } from '../domain/errors.ts'
import { createBackoff } from '../runtime/backoff.ts'
import { errorMessage } from '../runtime/error-message.ts'
import { leadUntilStopped } from '../runtime/leadership.ts'
import type { Loop } from '../runtime/loop.ts'
import { sleep } from '../runtime/sleep.ts'
import { openTokenBackfill } from './backfill/token-backfill.ts'
import { createUnreadReader, type UnreadReader } from './backfill/unread-reader.ts'
import { reportNodeLimits } from './context/report-node-limits.ts'
import { defaultTuning, type ScanDeps } from './context/scan-deps.ts'
import { type FindsReading, openReading } from './detect/read-finds.ts'
import { createHeadHint } from './follow/head-hint.ts'
import { openCursor } from './follow/open-cursor.ts'
import { ReorgTooDeep } from './follow/rewind-to-fork.ts'
import { createScanStep, type ScanStep } from './scan-step.ts'
import { createBalanceWatch } from './wallets/balance-watch.ts'

const retryWalletsMs = 50
const shortestPollMs = 250
const longestPollMs = 10_000
const firstBackoffMs = 200
const longestBackoffMs = 10_000
/** After this many failures in a row the next node is asked, if there is one. */
const failuresOfANode = 3

/**
 * Creates the loop that scans one chain. The loop polls for blocks. A hint from the WebSocket only
 * starts the next iteration sooner, so a lost hint loses no block. Every failure is retried from
 * the stored rows. No failure of one chain stops the process or another chain.
 */
export function createChainScanner(deps: ScanDeps): Loop {
  const { chain, store, log, metrics } = deps
  const pollMs = Math.min(Math.max(chain.blockTimeMs, shortestPollMs), longestPollMs)
  const balanceWatch = createBalanceWatch(deps)
  const limits = reportNodeLimits(deps)
  const { width } = { ...defaultTuning, ...deps.tuning }
  const gaugeLeader = (leads: boolean) =>
    metrics.gauge('leader', { chain: chain.name, role: 'scanner' }, leads ? 1 : 0)
  gaugeLeader(false)
  let problem: string | undefined = 'not started'
  let current: FindsReading | undefined

  async function askToLead(lost: () => void) {
    try {
      // Tokens are noted even while another process leads. The leader's list may lack these tokens,
      // and blocks that the leader reads from now on are backfilled for them.
      await store.noteTokens(chain.id)
      const lease = await store.lead(chain.id, lost)
      // Without a lease, another process scans the chain. This is healthy.
      if (!lease) problem = undefined
      return lease
    } catch (error) {
      problem = `cannot ask for leadership: ${errorMessage(error)}`
      log.warn({ error }, 'leadership request failed; retrying')
      return undefined
    }
  }

  async function scan(leading: AbortSignal): Promise<void> {
    const hint = createHeadHint()
    const heads = deps.heads.watch(hint.give)
    const unread = createUnreadReader(deps, () => current, hint.give)
    const rereading = unread.run(leading)
    let step: ScanStep | undefined
    const backoff = createBackoff(firstBackoffMs, longestBackoffMs)
    let failures = 0
    try {
      while (!leading.aborted) {
        try {
          step ??= await openStep(unread)
          const left = await step.run()
          failures = 0
          backoff.reset()
          problem = step.problem()
          if (left === 'idle') await hint.wait(pollMs, leading)
          if (left === 'stale') {
            log.info({}, 'chain has a new keeper; reopening the scan')
            step = undefined
          }
        } catch (error) {
          failures += 1
          report(error, failures)
          if (failures % failuresOfANode === 0) deps.reader.moveOn()
          // Another process moved the cursor, or a commit's answer was lost. The step is reopened
          // from the stored rows.
          if (error instanceof CursorMoved || isDatabaseError(error)) step = undefined
          await sleep(backoff.nextMs(), leading)
        }
      }
    } finally {
      await rereading
      await heads.close()
    }
  }

  async function openStep(unread: UnreadReader): Promise<ScanStep> {
    const cursor = await openCursor(deps)
    // The previous leader may have watched wallets that this process has not loaded. Without a
    // reload, deposits to these wallets would be lost permanently.
    if ((deps.watch.knowledge()?.seq ?? 0n) < cursor.walletSeq) await deps.watch.refresh()
    const reading = await openReading(deps, limits, width)
    const tokenBackfill = await openTokenBackfill(deps, reading, cursor)
    current = reading
    return createScanStep(deps, reading, cursor, balanceWatch, tokenBackfill, unread)
  }

  /**
   * Counts every failure. The first, the second, the fourth, the eighth and so on are logged as
   * warnings or errors, the others for debugging only.
   */
  function report(error: unknown, failures: number): void {
    metrics.count('scan_failures', { chain: chain.name })
    // A single ChainMoved is normal, because a new block may arrive during the reading.
    const isRace = failures === 1 && error instanceof Error && error.name === 'ChainMoved'
    if (!isRace) problem = errorMessage(error)
    if (error instanceof ReorgTooDeep) metrics.count('reorgs_too_deep', { chain: chain.name })
    const fields = { error, failures }
    if (!Number.isInteger(Math.log2(failures))) log.debug(fields, 'scan iteration failed; retrying')
    else if (error instanceof ReorgTooDeep)
      log.error(fields, 'scanner halted: reorg below retained headers')
    else log.warn(fields, 'scan iteration failed; retrying')
  }

  return {
    name: `scanner-${chain.name}`,
    problem: () => problem,
    async run(stop) {
      while (!stop.aborted && !deps.watch.knowledge()) {
        problem = 'the wallets are not loaded yet'
        await sleep(retryWalletsMs, stop)
      }
      await leadUntilStopped(stop, askToLead, async (leading) => {
        log.info({}, 'scanning chain')
        gaugeLeader(true)
        await scan(leading).finally(() => gaugeLeader(false))
      })
    },
  }
}

function isDatabaseError(error: unknown): boolean {
  return error instanceof Error && error.name.startsWith('Database')
}
