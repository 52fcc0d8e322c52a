import { largerOf } from '../../domain/amount.ts'
import { DatabaseUnreachable } from '../../domain/errors.ts'
import { blocksUnmined } from '../../domain/lanes/long-unmined.ts'
import type { Transaction } from '../../domain/lanes/transaction.ts'
import { mapConcurrently } from '../../runtime/map-concurrently.ts'
import type { TrackDeps } from './poll-view.ts'
import { openPollView, type PollView } from './poll-view.ts'
import { readLane } from './read-lane.ts'
import { type Resent, reportSends, resend } from './resend.ts'
import { trackTransaction } from './track-transaction.ts'

/**
 * Number of lanes that are tracked concurrently. The transactions of one lane are tracked one after
 * another, in nonce order.
 */
const lanesAtOnce = 16

/** State that the lanes of one poll share. */
interface Poll {
  readonly deps: TrackDeps
  readonly failures: unknown[]
  /** Number of broadcasts without a response. */
  unanswered: number
  /** Nodes do not respond to broadcasts, so this poll sends no further transaction. */
  isAway: boolean
  /** Nodes do not respond to reads either, so this poll ends. */
  isBlind: boolean
}

/**
 * Unanswered broadcasts after which nodes count as away. A single broadcast without a response
 * proves no outage, because a node may reject one request body (HTTP 413, 500) without a JSON-RPC
 * response and still answer lookups.
 */
const mostUnanswered = 16

/**
 * Runs one poll of a chain: tracks every signed transaction that is not final (MONEY 5), the
 * keeper's lane first, so that gas payments are rebroadcast before the sweeps that they fund, and
 * each lane in nonce order. A failed lookup never stops a broadcast: stored bytes are rebroadcast
 * even if the chain cannot be read. Idempotent; rejects with the first failure after all lanes were
 * polled.
 */
export async function trackLanes(deps: TrackDeps): Promise<void> {
  const { chain, metrics } = deps
  const live = await deps.lanes.live(chain.chain.id)
  metrics.gauge('coldsweep_live_transactions', { chain: chain.chain.name }, live.length)
  if (live.length === 0) {
    gaugeOldest(deps, 0n)
    return
  }
  const poll: Poll = { deps, failures: [], unanswered: 0, isAway: false, isBlind: false }
  const view = await openPollView(chain, deps.cursors).catch((error: unknown) => {
    note(poll, undefined, error)
    return undefined
  })
  if (view) gaugeOldest(deps, oldestOf(live, view.headBlock))
  const lanes = bySender(live)
  const fundsOthers = (lane: readonly Transaction[]) => lane.some(({ step }) => step === 'gas')
  const track = (lane: readonly Transaction[]) =>
    view ? trackLane(poll, view, lane) : resendLane(poll, lane)
  await mapConcurrently(lanes.filter(fundsOthers), lanesAtOnce, track)
  await mapConcurrently(
    lanes.filter((lane) => !fundsOthers(lane)),
    lanesAtOnce,
    track,
  )
  if (poll.failures.length > 0) throw poll.failures[0]
}

/** Returns the age, in blocks, of the transaction that has been unmined for the longest time. */
function oldestOf(live: readonly Transaction[], headBlock: bigint): bigint {
  return live.reduce((most, it) => largerOf(most, blocksUnmined(it, headBlock) ?? 0n), 0n)
}

function gaugeOldest({ chain, metrics }: TrackDeps, blocks: bigint): void {
  metrics.gauge('coldsweep_oldest_unmined_blocks', { chain: chain.chain.name }, Number(blocks))
}

async function trackLane(poll: Poll, view: PollView, lane: readonly Transaction[]): Promise<void> {
  const { deps } = poll
  if (poll.isBlind) return
  const read = await readLane(deps.chain, view, lane).catch((error: unknown) => {
    note(poll, lane[0], error)
    return undefined
  })
  if (!read) {
    poll.isBlind = poll.isAway
    return await resendLane(poll, lane)
  }
  for (const { transaction, place } of read.places) {
    if (poll.isAway && place.kind === 'unmined') continue
    if (place.kind === 'failed') {
      note(poll, transaction, place.error)
      await resendLane(poll, [transaction])
      continue
    }
    const at = { place, lane, chainNonce: read.chainNonce }
    await trackTransaction(deps, view, transaction, at).then(
      (sent) => heed(poll, sent),
      (error: unknown) => note(poll, transaction, error),
    )
  }
}

/**
 * Rebroadcasts each transaction that is unmined according to our rows. Used if the chain cannot be
 * read.
 */
async function resendLane(poll: Poll, lane: readonly Transaction[]): Promise<void> {
  const { deps } = poll
  for (const transaction of lane) {
    if (poll.isAway) return
    if (transaction.mined) continue
    try {
      const sent = await resend(deps, transaction)
      const unread = { quote: undefined, headBlock: undefined }
      await reportSends(deps, { transaction, sent, lane, ...unread })
      heed(poll, sent)
    } catch (error) {
      note(poll, transaction, error)
    }
  }
}

/** Counts a broadcast without a response, and stops broadcasts once nodes count as away. */
function heed(poll: Poll, sent: Resent | undefined): void {
  if (sent?.answered !== false) return
  poll.unanswered += 1
  if (!sent.lookedUp || poll.unanswered >= mostUnanswered) poll.isAway = true
}

/**
 * Records a failure and lets the poll continue with the other transactions. Rethrows
 * DatabaseUnreachable, because without the database nothing can continue.
 */
function note(poll: Poll, transaction: Transaction | undefined, error: unknown): void {
  if (error instanceof DatabaseUnreachable) throw error
  poll.deps.log.error({ transaction: transaction?.key, error }, 'transaction could not be tracked')
  poll.failures.push(error)
}

/**
 * Groups transactions by sender, in order of each sender's first transaction; nonce order is kept.
 */
function bySender(live: readonly Transaction[]): readonly (readonly Transaction[])[] {
  const lanes = new Map<string, Transaction[]>()
  for (const transaction of live) {
    const lane = lanes.get(transaction.sender)
    if (lane) lane.push(transaction)
    else lanes.set(transaction.sender, [transaction])
  }
  return [...lanes.values()]
}
