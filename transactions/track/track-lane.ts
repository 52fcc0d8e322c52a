import { largerOf } from '../../domain/amount.ts'
import { DatabaseUnreachable } from '../../domain/errors.ts'
import { blocksUnmined } from '../../domain/lanes/long-unmined.ts'
import type { Transaction } from '../../domain/lanes/transaction.ts'
import { mapConcurrently } from '../../runtime/map-concurrently.ts'
import type { TendDeps } from '../tend-deps.ts'
import { type Look, openLook } from './poll-view.ts'
import { readLane } from './read-lane.ts'
import { reportSends } from './report-sends.ts'
import { type Resent, resend } from './resend.ts'
import { tendTransaction } from './track-transaction.ts'

/** Wallets tended at once. A lane's own transactions go one after another, in nonce order. */
const lanesAtOnce = 16

/** What the lanes of one poll share: its first failure, and whether nodes still answer sends. */
interface Poll {
  readonly deps: TendDeps
  readonly failures: unknown[]
  /** Sends that no node answered. */
  unanswered: number
  /** Nodes answer no sends: nothing more is sent in this poll. */
  isAway: boolean
  /** They answer no reads either: the poll is over. */
  isBlind: boolean
}

/**
 * A node may answer lookups and refuse one body (HTTP 413, 500) without a word of JSON-RPC; so many
 * are no coincidence.
 */
const mostUnanswered = 16

/**
 * One poll of every transaction of a chain that is signed and not at depth (MONEY 5). The keeper's
 * lane comes first, so that gas is back in the pool before the sweeps that it pays for, and in each
 * lane the lower nonce before the higher. Lookups that fail never stop a send: where the chain
 * can't be read, stored bytes are sent again all the same. Idempotent: the poll reads only the
 * chain and our rows.
 */
export async function tendLanes(deps: TendDeps): Promise<void> {
  const { chain, watch, metrics } = deps
  const live = await watch.live(chain.chain.id)
  metrics.gauge('coldsweep_live_transactions', { chain: chain.chain.name }, live.length)
  if (live.length === 0) {
    gaugeOldest(deps, 0n)
    return
  }
  const poll: Poll = { deps, failures: [], unanswered: 0, isAway: false, isBlind: false }
  const look = await openLook(chain, deps.watch).catch((error: unknown) => {
    note(poll, undefined, error)
    return undefined
  })
  if (look) gaugeOldest(deps, oldestOf(live, look.headBlock))
  const lanes = bySender(live)
  const fundsOthers = (lane: readonly Transaction[]) => lane.some(({ step }) => step === 'gas')
  const tend = (lane: readonly Transaction[]) =>
    look ? tendLane(poll, look, lane) : resendLane(poll, lane)
  await mapConcurrently(lanes.filter(fundsOthers), lanesAtOnce, tend)
  await mapConcurrently(
    lanes.filter((lane) => !fundsOthers(lane)),
    lanesAtOnce,
    tend,
  )
  if (poll.failures.length > 0) throw poll.failures[0]
}

/** Age in blocks of the transaction that has been in no block for longest. */
function oldestOf(live: readonly Transaction[], headBlock: bigint): bigint {
  return live.reduce((most, it) => largerOf(most, blocksUnmined(it, headBlock) ?? 0n), 0n)
}

function gaugeOldest({ chain, metrics }: TendDeps, blocks: bigint): void {
  metrics.gauge('coldsweep_oldest_unmined_blocks', { chain: chain.chain.name }, Number(blocks))
}

async function tendLane(poll: Poll, look: Look, lane: readonly Transaction[]): Promise<void> {
  const { deps } = poll
  if (poll.isBlind) return
  const read = await readLane(deps.chain, look, lane).catch((error: unknown) => {
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
    await tendTransaction(deps, look, transaction, at).then(
      (sent) => heed(poll, sent),
      (error: unknown) => note(poll, transaction, error),
    )
  }
}

/**
 * The chain could not be read: what is in no block, as far as our rows know, is sent again as it
 * is.
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

function heed(poll: Poll, sent: Resent | undefined): void {
  if (sent?.answered !== false) return
  poll.unanswered += 1
  if (!sent.lookedUp || poll.unanswered >= mostUnanswered) poll.isAway = true
}

/**
 * A failure of one transaction must not keep the others from the chain; without the database
 * nothing can go on.
 */
function note(poll: Poll, transaction: Transaction | undefined, error: unknown): void {
  if (error instanceof DatabaseUnreachable) throw error
  poll.deps.log.error({ transaction: transaction?.key, error }, 'transaction could not be tracked')
  poll.failures.push(error)
}

/** In the order of their first transactions; each keeps the order of its nonces. */
function bySender(live: readonly Transaction[]): readonly (readonly Transaction[])[] {
  const lanes = new Map<string, Transaction[]>()
  for (const transaction of live) {
    const lane = lanes.get(transaction.sender)
    if (lane) lane.push(transaction)
    else lanes.set(transaction.sender, [transaction])
  }
  return [...lanes.values()]
}
