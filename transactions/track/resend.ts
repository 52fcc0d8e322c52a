import { newestAttempt } from '../../domain/lanes/replacement.ts'
import { isResendDue } from '../../domain/lanes/send-refusal.ts'
import type { Attempt, Transaction } from '../../domain/lanes/transaction.ts'
import type { TendDeps } from '../tend-deps.ts'
import { broadcast } from './broadcast.ts'

export interface Resent {
  /** A node holds the newest attempt, in its pool or in a block. */
  readonly held: boolean
  /** A node has just refused it. */
  readonly refused: boolean
  /** Sent in this poll: later sends of one that is refused back off. */
  readonly isSent: boolean
  /** false where it was sent and no node answered. */
  readonly answered: boolean
  /**
   * A lookup just before was answered: a send without an answer may be about this transaction
   * alone.
   */
  readonly lookedUp: boolean
  readonly attempt: Attempt
}

/**
 * Sends the stored bytes again unless a node is seen to hold them; a hash as answer to an earlier
 * send is no sign of that. A lookup that fails never stops a send: the same bytes are the same
 * transaction. Repeated sends back off.
 */
export async function resend(
  deps: Pick<TendDeps, 'chain' | 'watch' | 'log'>,
  transaction: Transaction,
): Promise<Resent> {
  const { chain, watch, log } = deps
  const attempt = newestAttempt(transaction)
  let lookedUp = false
  if (attempt.lastSentAt !== null) {
    const found = await chain.broadcaster.knows(attempt.hash).catch((error: unknown) => {
      log.warn(
        { transaction: transaction.key, hash: attempt.hash, error },
        'lookup of a sent transaction failed',
      )
      return undefined
    })
    lookedUp = found !== undefined
    const held = found === true
    if (held) {
      const isNews = attempt.unheld > 1 || attempt.lastError !== null
      if (isNews) await watch.noteHeld(attempt.hash)
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
  const sent = await broadcast({ broadcaster: chain.broadcaster, sends: watch, log }, transaction)
  return { held: false, isSent: true, lookedUp, ...sent }
}
