import { finalHeight } from '../domain/chains/finality.ts'
import type { ChainReader } from '../domain/chains/nodes/chain-reader.ts'
import type { ScanCursor } from '../domain/scan/scan-store.ts'
import type { TokenBackfill } from './backfill/token-backfill.ts'
import type { UnreadReader } from './backfill/unread-reader.ts'
import { createWalletBackfill } from './backfill/wallet-backfill.ts'
import { createConfirmer } from './confirm/confirm-deposits.ts'
import { createRecheckBeforeFinal } from './confirm/recheck-before-final.ts'
import type { ScanDeps } from './context/scan-deps.ts'
import type { FindsReading } from './detect/read-finds.ts'
import { createChainFollower } from './follow/follow-chain.ts'
import { createHeadMonitor, type Heads } from './follow/head-monitor.ts'
import type { BalanceWatch } from './wallets/balance-watch.ts'
import { createKeeperOpenings } from './wallets/open-keepers.ts'

/** The work of one iteration of a chain's scan loop. */
export interface ScanStep {
  /**
   * Runs one iteration: at most one commit forward or back, the confirmations that it allows, and
   * one piece of each backfill. `more`: the next iteration has work at once; `idle`: the caller may
   * sleep; `stale`: the chain has a keeper that this step does not know; no block was read.
   */
  run(): Promise<'more' | 'idle' | 'stale'>
  /** Set if the last iteration succeeded, but could not complete a part of its work. */
  problem(): string | undefined
}

/**
 * Creates the step that a chain's scan loop repeats, from an opened cursor. After an error the
 * caller opens a new step, which reads the stored rows again.
 */
export function createScanStep(
  deps: ScanDeps,
  reading: FindsReading,
  opened: ScanCursor,
  balanceWatch: BalanceWatch,
  tokenBackfill: TokenBackfill,
  unread: Pick<UnreadReader, 'takeFound'>,
): ScanStep {
  const { chain, store } = deps
  const heads = createHeadMonitor(deps)
  const openings = createKeeperOpenings(deps)
  const follower = createChainFollower(deps, reading)
  const recheck = createRecheckBeforeFinal(deps, reading, opened)
  const confirmer = createConfirmer(deps, recheck)
  const walletBackfill = createWalletBackfill(deps, reading)
  let cursor = opened
  /** The previous process may have stored deposits without confirming them. */
  let confirmAgain = true

  /**
   * Keepers are read after the head: `migrate` stores a new keeper before it signs, so no block up
   * to this head contains a transaction of an unknown keeper (MONEY 13).
   */
  async function hasNewKeeper(): Promise<boolean> {
    const keepers = await store.keepers(chain.id)
    return keepers.some((address) => !reading.keepers.has(address))
  }

  async function openKeepers(reader: ChainReader, { head, tagged }: Heads): Promise<void> {
    const final = finalHeight(chain.finality, head.number, tagged)
    await openings.step(reader, cursor, head, final)
  }

  async function follow(reader: ChainReader, { head }: Heads) {
    const moved = await follower.follow(reader, head, cursor)
    recheck.moved(cursor.height, moved.cursor.height, head.number)
    cursor = moved.cursor
    heads.measure(head.number, cursor)
    heads.leaveLagging(reader, moved.followed === 'behind', cursor)
    return moved.followed
  }

  async function confirm(reader: ChainReader, { head, tagged }: Heads): Promise<void> {
    await recheck.recheckInTime(reader, head.number)
    confirmAgain ||= unread.takeFound()
    cursor = await confirmer.confirm(reader, cursor, tagged, confirmAgain)
  }

  /** @returns whether a backfill has more pieces to read */
  async function backfill(reader: ChainReader): Promise<boolean> {
    const wallets = await walletBackfill.step(reader, cursor)
    cursor = wallets.cursor
    confirmAgain = wallets.found
    const tokens = await tokenBackfill.step(reader, cursor)
    confirmAgain ||= tokens.found
    return wallets.more || tokens.more
  }

  return {
    problem: () => confirmer.problem() ?? heads.problem(),
    async run() {
      const reader = deps.reader.pinned()
      const read = await heads.read(reader, cursor)
      if (await hasNewKeeper()) return 'stale'
      await openKeepers(reader, read)
      const followed = await follow(reader, read)
      if (followed === 'behind') return 'idle'
      if (followed === 'rewound') return 'more'
      await confirm(reader, read)
      const hasMore = await backfill(reader)
      if (hasMore || confirmAgain || cursor.height < read.head.number) return 'more'
      await balanceWatch.poll(reader, cursor)
      return 'idle'
    },
  }
}
