import type { Broadcaster } from '../../domain/chains/nodes/broadcaster.ts'
import { withoutSecrets } from '../../domain/errors.ts'
import type { LaneStore } from '../../domain/lanes/lane-store.ts'
import { newestAttempt } from '../../domain/lanes/replacement.ts'
import { noAnswer } from '../../domain/lanes/send-refusal.ts'
import type { Attempt, Transaction } from '../../domain/lanes/transaction.ts'
import type { Log } from '../../domain/process.ts'
import { errorMessage } from '../../runtime/error-message.ts'

/** Result of one broadcast. */
export interface Sent {
  /** The node rejected the transaction. */
  readonly refused: boolean
  /** A node responded. A transaction without a response may still have been accepted. */
  readonly answered: boolean
  /** The newest attempt as it is recorded now. */
  readonly attempt: Attempt
}

/**
 * Broadcasts the stored bytes of the newest attempt (the one with the highest fee) and reports what
 * the node answered. The answer is recorded and decides nothing, because neither a rejection nor a
 * returned hash is proof. A signed transaction belongs to the lane loop, which looks up its hash
 * and nonce on chain (MONEY 4, 5).
 */
export async function broadcast(
  deps: {
    readonly broadcaster: Broadcaster
    readonly lanes: Pick<LaneStore, 'noteSend'>
    readonly log: Log
  },
  transaction: Transaction,
): Promise<Sent> {
  const attempt = newestAttempt(transaction)
  const fields = {
    transaction: transaction.key,
    hash: attempt.hash,
    nonce: String(transaction.nonce),
  }
  const note = async (words: string | null) => {
    await deps.lanes.noteSend(attempt.hash, words)
    return { ...attempt, lastSentAt: new Date(), unheld: attempt.unheld + 1, lastError: words }
  }
  const answer = await deps.broadcaster.send(attempt.raw).catch((error: unknown) => ({ error }))
  if ('error' in answer) {
    // A missing response is inconclusive, because the node may have accepted the transaction. The
    // next poll looks the transaction up.
    const { error } = answer
    deps.log.warn({ ...fields, error }, 'broadcast got no response')
    const words = `${noAnswer}: ${withoutSecrets(errorMessage(error))}`
    return { refused: false, answered: false, attempt: await note(words) }
  }
  if (answer.kind === 'refused') {
    deps.log.warn({ ...fields, words: answer.words }, 'node rejected transaction')
    return { refused: true, answered: true, attempt: await note(answer.words) }
  }
  deps.log.debug(fields, 'transaction broadcast')
  return { refused: false, answered: true, attempt: await note(answer.doubt ?? null) }
}
