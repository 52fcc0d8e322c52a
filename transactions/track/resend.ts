import type { FeeQuote } from '../../domain/chains/fees.ts'
import { blocksUnmined } from '../../domain/lanes/long-unmined.ts'
import { newestAttempt } from '../../domain/lanes/replacement.ts'
import { isResendDue, judgeSends, type SendRefusal } from '../../domain/lanes/send-refusal.ts'
import type { Attempt, Transaction } from '../../domain/lanes/transaction.ts'
import { broadcast } from './broadcast.ts'
import type { TrackDeps } from './poll-view.ts'
import type { PlaceInLane } from './read-lane.ts'

/** Result of one `resend`. */
export interface Resent {
  /** A node has the newest attempt, in its pool or in a block. */
  readonly held: boolean
  /** A node refused the newest attempt in this poll. */
  readonly refused: boolean
  /** The bytes were broadcast in this poll. Repeated broadcasts back off. */
  readonly isSent: boolean
  /** false if the node gave no response to the broadcast. */
  readonly answered: boolean
  /**
   * The lookup before the broadcast was answered, so a missing response may concern the broadcast
   * alone.
   */
  readonly lookedUp: boolean
  readonly attempt: Attempt
}

/**
 * Rebroadcasts the stored bytes unless a lookup finds them on a node; a hash in response to an
 * earlier broadcast does not count. A failed lookup never stops the broadcast, since the same bytes
 * are the same transaction. Repeated broadcasts back off.
 */
export async function resend(
  deps: Pick<TrackDeps, 'chain' | 'lanes' | 'log'>,
  transaction: Transaction,
): Promise<Resent> {
  const { chain, lanes, log } = deps
  const attempt = newestAttempt(transaction)
  let lookedUp = false
  if (attempt.lastSentAt !== null) {
    const found = await chain.broadcaster.knows(attempt.hash).catch((error: unknown) => {
      log.warn(
        { transaction: transaction.key, hash: attempt.hash, error },
        'lookup of broadcast transaction failed',
      )
      return undefined
    })
    lookedUp = found !== undefined
    const held = found === true
    if (held) {
      const isNews = attempt.unheld > 1 || attempt.lastError !== null
      if (isNews) await lanes.noteHeld(attempt.hash)
      return {
        held,
        refused: false,
        isSent: false,
        answered: true,
        lookedUp,
        attempt: isNews ? { ...attempt, unheld: 0, lastError: null } : attempt,
      }
    }
    if (!isResendDue(attempt, Date.now()))
      return { held: false, refused: false, isSent: false, answered: true, lookedUp, attempt }
  }
  const sent = await broadcast({ broadcaster: chain.broadcaster, lanes, log }, transaction)
  return { held: false, isSent: true, lookedUp, ...sent }
}

/**
 * Records the reason for which nodes refuse a transaction, or clears it once a node holds the
 * transaction. The deposit's row shows the reason (MONEY 17).
 */
export async function reportSends(
  { chain, lanes, log, metrics }: Pick<TrackDeps, 'chain' | 'lanes' | 'log' | 'metrics'>,
  input: Pick<PlaceInLane, 'lane'> & {
    readonly transaction: Transaction
    readonly sent: Resent
    readonly quote: FeeQuote | undefined
    /** undefined if the chain cannot be read. */
    readonly headBlock: bigint | undefined
  },
): Promise<void> {
  const { transaction, sent, lane, quote, headBlock } = input
  // Nothing new can be recorded unless the transaction was broadcast or a lookup found it.
  if (!sent.held && !sent.isSent) return
  const { step } = transaction
  const age = headBlock === undefined ? undefined : blocksUnmined(transaction, headBlock)
  const own = sent.held
    ? undefined
    : judgeSends(chain.chain, { step, attempt: sent.attempt, quote, blocksUnmined: age })
  const refusal = own ?? refusedAhead(transaction, lane)
  // A recorded refusal stays until a lookup finds the transaction on a node.
  if (!refusal && !sent.held) return
  if (same(refusal, transaction.refusal)) return
  await lanes.noteRefusal(transaction, refusal ?? null)
  const fields = { transaction: transaction.key, nonce: String(transaction.nonce) }
  if (!refusal) return log.info(fields, 'node accepted transaction after refusals')
  if (transaction.refusal?.reason === refusal.reason) return
  metrics.count('coldsweep_refused_transactions_total', {
    chain: chain.chain.name,
    reason: refusal.reason,
  })
  log.warn({ ...fields, ...refusal }, 'nodes refuse transaction; rebroadcast continues')
}

/** Returns the refusal of the lane's lowest unmined nonce, which blocks all later nonces. */
function refusedAhead(
  transaction: Transaction,
  lane: readonly Transaction[],
): SendRefusal | undefined {
  const ahead = lane.find(({ mined }) => mined === null)
  if (!ahead?.refusal || ahead.nonce >= transaction.nonce) return undefined
  const { reason, detail } = ahead.refusal
  return {
    reason,
    detail: `waits behind nonce ${ahead.nonce} of the same sender (${ahead.key}): ${detail}`,
  }
}

function same(a: SendRefusal | undefined, b: SendRefusal | null): boolean {
  return a?.reason === b?.reason && a?.detail === b?.detail
}
