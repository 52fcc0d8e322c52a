import type { FeeQuote } from '../../domain/chains/fees.ts'
import { blocksUnmined } from '../../domain/lanes/long-unmined.ts'
import { judgeSends, type SendRefusal } from '../../domain/lanes/send-refusal.ts'
import type { Transaction } from '../../domain/lanes/transaction.ts'
import type { TendDeps } from '../tend-deps.ts'
import type { PlaceInLane } from './read-lane.ts'
import type { Resent } from './resend.ts'

/**
 * Records why no node takes a transaction, or that one does now; the deposit's row follows (MONEY
 * 17).
 */
export async function reportSends(
  { chain, watch, log, metrics }: Pick<TendDeps, 'chain' | 'watch' | 'log' | 'metrics'>,
  input: Pick<PlaceInLane, 'lane'> & {
    readonly transaction: Transaction
    readonly sent: Resent
    readonly quote: FeeQuote | undefined
    /** undefined where the chain can't be read. */
    readonly headBlock: bigint | undefined
  },
): Promise<void> {
  const { transaction, sent, lane, quote, headBlock } = input
  // Between two sends nothing new is known.
  if (!sent.held && !sent.isSent) return
  const { step } = transaction
  const age = headBlock === undefined ? undefined : blocksUnmined(transaction, headBlock)
  const own = sent.held
    ? undefined
    : judgeSends(chain.chain, { step, attempt: sent.attempt, quote, blocksUnmined: age })
  const refusal = own ?? refusedAhead(transaction, lane)
  // What was said holds until a node is seen to hold it.
  if (!refusal && !sent.held) return
  if (same(refusal, transaction.refusal)) return
  await watch.noteRefusal(transaction, refusal ?? null)
  const fields = { transaction: transaction.key, nonce: String(transaction.nonce) }
  if (!refusal) return log.info(fields, 'node accepted transaction after refusals')
  if (transaction.refusal?.reason === refusal.reason) return
  metrics.count('coldsweep_refused_transactions_total', {
    chain: chain.chain.name,
    reason: refusal.reason,
  })
  log.warn({ ...fields, ...refusal }, 'transaction is refused by all nodes; sending goes on')
}

/** A later nonce of the lane waits for the lowest one, though nodes may hold it. */
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
