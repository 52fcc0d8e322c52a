import { CursorMoved } from '../domain/errors.ts'
import type { Loop } from '../domain/loop.ts'
import { pause } from '../domain/pause.ts'
import { openLateTokens } from './backfill/token-backfill.ts'
import { createUnreadReader, type UnreadReader } from './backfill/unread-reader.ts'
import { innerTracing } from './context/internal-tracing.ts'
import { cutAnswerTelling } from './context/report-cut-answers.ts'
import { defaultTuning, type ScanDeps } from './context/scan-deps.ts'
import type { FindsReading } from './detect/read-finds.ts'
import { createHeadHint } from './follow/head-hint.ts'
import { openCursor } from './follow/open-cursor.ts'
import { ReorgTooDeep } from './follow/reorg-too-deep.ts'
import { createScanStep, type ScanStep } from './scan-step.ts'
import { createBalanceWatch } from './verify/balance-watch.ts'

const askToLeadAgainMs = 2_000
const shortestPollMs = 250
const longestPollMs = 10_000
const longestBackoffMs = 10_000
/**
 * After so many failures in a row another node is asked, where there is one: this one may be the
 * reason.
 */
const failuresOfANode = 3

/**
 * The scanner of one chain. It pulls: polls, and hints from sockets, only make it look sooner, so
 * that a lost one loses nothing. Whatever fails is tried again from what is stored; nothing that
 * one chain meets stops the process or another chain.
 */
export function createChainScanner(deps: ScanDeps): Loop {
  const { chain, store, log, metrics } = deps
  const pollMs = Math.min(Math.max(chain.blockTimeMs, shortestPollMs), longestPollMs)
  const balanceWatch = createBalanceWatch(deps)
  const cannotTrace = innerTracing(deps)
  const onCut = cutAnswerTelling(deps)
  let trouble: string | undefined = 'not started'
  let current: FindsReading | undefined

  async function openStep(unread: UnreadReader): Promise<ScanStep> {
    const cursor = await openCursor(deps)
    // Another scanner watched wallets that this one has not loaded: they would be passed over for
    // good.
    if ((deps.watch.knowledge()?.seq ?? 0n) < cursor.walletSeq) await deps.watch.refresh()
    const keepers = new Set([...(await store.keepers(chain.id)), chain.gasKeeper.address])
    const { wallets, watch, mayHoldTransfers } = deps
    const { width } = { ...defaultTuning, ...deps.tuning }
    const isWallet = watch.isWallet
    const reading: FindsReading = {
      chain,
      keepers,
      isWallet,
      wallets,
      mayHoldTransfers,
      width,
      cannotTrace,
      onCut,
    }
    const lateTokens = await openLateTokens(deps, reading, cursor)
    current = reading
    return createScanStep(deps, reading, cursor, balanceWatch, lateTokens, unread)
  }

  function tell(error: unknown, failures: number): void {
    const words = error instanceof Error ? error.message : String(error)
    metrics.count('scan_failures', { chain: chain.name })
    // A reading that races with a new block says nothing yet.
    if (failures > 1 || !(error instanceof Error && error.name === 'ChainMoved')) trouble = words
    if (error instanceof ReorgTooDeep) metrics.count('reorgs_too_deep', { chain: chain.name })
    const told = Number.isInteger(Math.log2(failures))
    if (error instanceof ReorgTooDeep && told)
      log.error({ error, failures }, 'the chain stands still')
    else if (told) log.warn({ error, failures }, 'a look at the chain failed; the next one follows')
    else log.debug({ error, failures }, 'a look at the chain failed again')
    if (failures % failuresOfANode === 0) deps.reader.moveOn()
  }

  async function scan(leading: AbortSignal): Promise<void> {
    const hint = createHeadHint()
    const heads = deps.heads.watch(hint.give)
    const unread = createUnreadReader(deps, () => current, hint.give)
    const rereading = unread.run(leading)
    let step: ScanStep | undefined
    let failures = 0
    try {
      while (!leading.aborted) {
        try {
          step ??= await openStep(unread)
          const left = await step.run()
          failures = 0
          trouble = step.trouble()
          if (left === 'idle') await hint.wait(pollMs, leading)
          if (left === 'stale') {
            log.info({}, 'the chain has a new keeper')
            step = undefined
          }
        } catch (error) {
          failures += 1
          tell(error, failures)
          // Another process has moved the cursor, or a commit's answer was lost: what is stored is
          // the truth.
          if (error instanceof CursorMoved || isDatabaseError(error)) step = undefined
          await pause(backoffMs(failures), leading)
        }
      }
    } finally {
      await rereading
      await heads.close()
    }
  }

  async function lead(lost: AbortController) {
    try {
      // Also while another leads, who may not list them: blocks that it reads from now on are read
      // late for them.
      await store.noteTokens(chain.id)
      const lease = await store.lead(chain.id, () => lost.abort())
      // Another process that scans the chain is health, not trouble.
      if (!lease) trouble = undefined
      return lease
    } catch (error) {
      trouble = `can't ask to scan: ${error instanceof Error ? error.message : error}`
      log.warn({ error }, 'could not ask to be the scanner of the chain')
      return undefined
    }
  }

  return {
    name: `scanner-${chain.name}`,
    trouble: () => trouble,
    async run(stop) {
      while (!stop.aborted) {
        if (!deps.watch.knowledge()) {
          trouble = 'the wallets are not loaded yet'
          await pause(50, stop)
          continue
        }
        const lost = new AbortController()
        const lease = await lead(lost)
        if (!lease) {
          await pause(askToLeadAgainMs, stop)
          continue
        }
        log.info({}, 'scans the chain')
        await scan(AbortSignal.any([stop, lost.signal]))
        await lease.release().catch(() => undefined)
      }
    },
  }
}

function isDatabaseError(error: unknown): boolean {
  return error instanceof Error && error.name.startsWith('Database')
}

function backoffMs(failures: number): number {
  return Math.min(longestBackoffMs, 100 * 2 ** Math.min(failures, 10))
}
