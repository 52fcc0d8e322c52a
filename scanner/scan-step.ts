import { finalHeight } from '../domain/chains/finality.ts'
import type { ChainReader } from '../domain/chains/nodes/chain-reader.ts'
import type { ScanCursor } from '../domain/scan/scan-store.ts'
import type { LateTokens } from './backfill/token-backfill.ts'
import type { UnreadReader } from './backfill/unread-reader.ts'
import { createLateWallets } from './backfill/wallet-backfill.ts'
import { createConfirmer } from './confirm/confirm-deposits.ts'
import { createSecondReading } from './confirm/recheck-before-final.ts'
import { defaultTuning, type ScanDeps } from './context/scan-deps.ts'
import type { FindsReading } from './detect/read-finds.ts'
import { createChainFollower } from './follow/follow-chain.ts'
import { createKeeperOpenings } from './follow/open-keepers.ts'
import { createStallGuard, headStallAfterMs } from './follow/stall-guard.ts'
import type { BalanceWatch } from './verify/balance-watch.ts'

export interface ScanStep {
  /**
   * One look at the chain: at most one commit forward or back, the confirmations it allows, a piece
   * of late reading. `stale`: the chain has a keeper that this step does not know, and nothing was
   * read.
   */
  run(): Promise<'more' | 'idle' | 'stale'>
  /** What a look that worked could not do. */
  trouble(): string | undefined
}

/**
 * From an opened cursor on. After an error the caller makes a new one: what is stored is the truth.
 */
export function createScanStep(
  deps: ScanDeps,
  reading: FindsReading,
  opened: ScanCursor,
  balanceWatch: BalanceWatch,
  lateTokens: LateTokens,
  unread: Pick<UnreadReader, 'takeFound'>,
): ScanStep {
  const { chain, clock, log, metrics, store, watch } = deps
  const tuning = { ...defaultTuning, ...deps.tuning }
  const { lagMs } = tuning
  const follower = createChainFollower(deps, reading)
  const secondReading = createSecondReading(deps, reading, opened)
  const confirmer = createConfirmer(deps, secondReading)
  const late = createLateWallets(deps, reading)
  const openings = createKeeperOpenings(deps)
  const headGuard = createStallGuard(
    tuning.headStallMs ?? headStallAfterMs(chain.blockTimeMs),
    clock,
  )
  let cursor = opened
  let behindSince: number | undefined
  let headStoodMs = 0
  let lastHead: bigint | undefined
  // Deposits may have been stored and not confirmed when the last process ended.
  let confirmAgain = true

  /** Also while reading fails: a lag that nobody measures raises no alarm. */
  function measure(head: bigint): void {
    const labels = { chain: chain.name }
    lastHead = head
    watch.report(chain.id, cursor.height)
    metrics.gauge('chain_head', labels, Number(head))
    metrics.gauge('scan_height', labels, Number(cursor.height))
    metrics.gauge('final_height', labels, Number(cursor.finalHeight ?? -1n))
    metrics.gauge('scan_lag_blocks', labels, Math.max(0, Number(head - cursor.height)))
    headStoodMs = headGuard.see(head)
    metrics.gauge('head_stood_seconds', labels, headStoodMs / 1000)
  }

  /**
   * The newest header, measured before any block is read. @param tag of the finality policy, read
   * first: the block it names is final on the chain that the blocks are then found on
   */
  async function readHeads(reader: ChainReader, tag: 'finalized' | 'safe' | undefined) {
    const tagged = tag && (await reader.taggedHeight(tag).catch((error: unknown) => ({ error })))
    const head = await reader.head().catch((error: unknown) => {
      // The last known head counts as the newest: the time without a higher one grows.
      if (lastHead !== undefined) measure(lastHead)
      throw error
    })
    measure(head.number)
    if (typeof tagged === 'object') throw tagged.error
    return { tagged, head }
  }

  function headTrouble(): string | undefined {
    if (!headGuard.stalled) return undefined
    const seconds = Math.floor(headStoodMs / 1000)
    return `no new block of ${chain.name} for ${seconds} s (has the chain stopped, or the node?)`
  }

  /**
   * A node that says less than another said before: it is given some time, then the next one is
   * asked.
   */
  function judgeLag(isBehind: boolean, moveOn: () => void): void {
    const now = clock.now().getTime()
    behindSince = isBehind ? (behindSince ?? now) : undefined
    if (behindSince === undefined || now - behindSince < lagMs) return
    const words = headTrouble() ?? 'the node lags behind what was read'
    log.warn({ height: cursor.height }, `${words}: the next one is asked`)
    behindSince = undefined
    moveOn()
  }

  return {
    trouble: () => confirmer.trouble() ?? headTrouble(),
    async run() {
      const reader = deps.reader.pinned()
      const { tagged, head } = await readHeads(reader, chain.finality.tag)
      // Behind the head: what a new keeper has sent up to there was signed after `migrate` had
      // written it down (MONEY 13).
      const keepers = await store.keepers(chain.id)
      if (keepers.some((address) => !reading.keepers.has(address))) return 'stale'
      await openings.step(reader, cursor, head, finalHeight(chain.finality, head.number, tagged))
      const moved = await follower.follow(reader, head, cursor)
      secondReading.moved(cursor.height, moved.cursor.height, head.number)
      cursor = moved.cursor
      measure(head.number)
      // One that stands still looks like a quiet chain: only another node can tell.
      judgeLag(moved.followed === 'behind' || headGuard.stalled, () => reader.moveOn())
      if (moved.followed === 'behind') return 'idle'
      if (moved.followed === 'rewound') return 'more'
      await secondReading.askInTime(reader, head.number)
      confirmAgain ||= unread.takeFound()
      cursor = await confirmer.confirm(reader, cursor, tagged, confirmAgain)
      const piece = await late.step(reader, cursor)
      cursor = piece.cursor
      confirmAgain = piece.found
      const passed = await lateTokens.step(reader, cursor)
      confirmAgain ||= passed.found
      if (piece.more || passed.more || confirmAgain || cursor.height < head.number) return 'more'
      await balanceWatch.look(reader, cursor)
      return 'idle'
    },
  }
}
