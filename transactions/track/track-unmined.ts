import { marketFee } from '../../domain/chains/fees.ts'
import { newestAttempt } from '../../domain/lanes/replacement.ts'
import { isReplacementDue } from '../../domain/lanes/replacement-due.ts'
import {
  isRefusedForGas,
  isUnderTipped,
  quoteAfterRefusal,
} from '../../domain/lanes/send-refusal.ts'
import type { Transaction } from '../../domain/lanes/transaction.ts'
import { KeyMismatch, KeyMissing, PolicyRefused } from '../../domain/money-errors.ts'
import { signReplacement } from '../sign/sign-replacement.ts'
import { broadcast } from './broadcast.ts'
import type { PollView, TrackDeps } from './poll-view.ts'
import type { PlaceInLane } from './read-lane.ts'
import { type Resent, reportSends, resend } from './resend.ts'

/**
 * MONEY 5, 8, 21: handles a transaction that is in no block. Rebroadcasts it unless a node holds
 * it, and signs a replacement if its fee or gas limit is too low, or if a cancel was requested.
 */
export async function trackUnmined(
  deps: TrackDeps,
  view: PollView,
  transaction: Transaction,
  at: PlaceInLane,
): Promise<Resent> {
  const sent = await resend(deps, transaction)
  const quote = transaction.mined
    ? undefined
    : await view.quote().catch((error: unknown) => ({ error }))
  const known = quote && 'error' in quote ? undefined : quote
  const { headBlock } = view
  await reportSends(deps, { ...at, transaction, sent, quote: known, headBlock })
  // A block contained the transaction before, and now the node lags or a reorg removed the block.
  // The fee was high enough for that block, so no bump is due yet.
  if (quote === undefined) return sent
  if ('error' in quote) throw quote.error
  await replaceIfDue(deps, view, transaction, { ...at, sent })
  return sent
}

async function replaceIfDue(
  deps: TrackDeps,
  view: PollView,
  transaction: Transaction,
  { chainNonce, lane, sent }: PlaceInLane & { readonly sent: Resent },
): Promise<void> {
  const { chain, lanes, log, metrics } = deps
  const quote = quoteAfterRefusal(await view.quote(), sent.attempt)
  const { feeMode, gas } = chain.chain
  const due = {
    transaction,
    headBlock: view.headBlock,
    bumpAfterBlocks: gas.bumpAfterBlocks,
    chainNonce,
    marketWei: marketFee(quote, feeMode, gas),
    refused: sent.refused,
    isCurable: isRefusedForGas(sent.attempt) || isUnderTipped(chain.chain, quote, sent.attempt),
  }
  if (!isReplacementDue(due)) return
  const fields = { transaction: transaction.key, nonce: String(transaction.nonce) }
  // The last broadcast's error text decides whether the gas limit may rise.
  const read = { ...transaction, attempts: [...transaction.attempts.slice(0, -1), sent.attempt] }
  const again = await signReplacement(chain, deps.lanes, read, quote, lane).catch((error) => {
    if (!isRefusal(error)) throw error
    log.error({ ...fields, error }, 'replacement refused by policy')
    return { kind: error instanceof PolicyRefused ? ('refused' as const) : ('no-key' as const) }
  })
  metrics.count('coldsweep_replacements_total', { chain: chain.chain.name, outcome: again.kind })
  if (again.kind !== 'signed') {
    log.debug({ ...fields, why: again.kind }, 'no replacement signed')
    return
  }
  const { kind, hash, maxFeeWei, gasLimit } = newestAttempt(again.transaction)
  log.info(
    { ...fields, kind, hash, maxFeeWei: String(maxFeeWei), gasLimit: String(gasLimit) },
    'replacement signed',
  )
  const sending = { broadcaster: chain.broadcaster, lanes, log }
  await broadcast(sending, again.transaction)
}

/**
 * Whether the error concerns this transaction alone. The transaction then stays as signed, and
 * tracking continues.
 */
function isRefusal(error: unknown): boolean {
  return (
    error instanceof PolicyRefused || error instanceof KeyMissing || error instanceof KeyMismatch
  )
}
