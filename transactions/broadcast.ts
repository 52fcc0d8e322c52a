import type { Broadcaster } from '../domain/ports/broadcaster.ts'
import type { LaneWatch } from '../domain/ports/lane-watch.ts'
import type { Log } from '../domain/ports/log.ts'
import { newestAttempt } from '../domain/replacement.ts'
import type { Transaction } from '../domain/transaction.ts'

/**
 * Sends the stored bytes of the newest attempt, which has the highest fee. Answers whether the node refused them. A refusal is written down, never judged here: the transaction is
 * signed, so the lane loop owns it and asks the chain for hash and nonce (MONEY 4, 5).
 */
export async function broadcast(
  deps: {
    readonly broadcaster: Broadcaster
    readonly sends: Pick<LaneWatch, 'noteSend'>
    readonly log: Log
  },
  transaction: Transaction,
): Promise<{ readonly refused: boolean }> {
  const attempt = newestAttempt(transaction)
  const fields = {
    transaction: transaction.key,
    hash: attempt.hash,
    nonce: String(transaction.nonce),
  }
  try {
    const answer = await deps.broadcaster.send(attempt.raw)
    await deps.sends.noteSend(attempt.hash, answer.kind === 'refused' ? answer.words : null)
    if (answer.kind === 'refused')
      deps.log.warn({ ...fields, words: answer.words }, 'the node refused a transaction')
    else deps.log.debug(fields, 'sent')
    return { refused: answer.kind === 'refused' }
  } catch (error) {
    // No answer says nothing: the node may have taken it. The next look at the chain tells.
    await deps.sends.noteSend(attempt.hash, 'no answer from the node')
    deps.log.warn({ ...fields, error }, 'no answer to a broadcast')
    return { refused: false }
  }
}
