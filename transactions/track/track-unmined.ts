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
import { signAgain } from '../sign/sign-replacement.ts'
import type { TendDeps } from '../tend-deps.ts'
import { broadcast } from './broadcast.ts'
import type { Look } from './poll-view.ts'
import type { PlaceInLane } from './read-lane.ts'
import { reportSends } from './report-sends.ts'
import { type Resent, resend } from './resend.ts'

/**
 * MONEY 5, 8, 21: in no block. The same bytes are sent again where no node holds them, and another
 * attempt is signed where its fee or its gas limit is why, or where a cancel was asked for.
 */
export async function tendUnmined(
  deps: TendDeps,
  look: Look,
  transaction: Transaction,
  at: PlaceInLane,
): Promise<Resent> {
  const sent = await resend(deps, transaction)
  const quote = transaction.mined
    ? undefined
    : await look.quote().catch((error: unknown) => ({ error }))
  const known = quote && 'error' in quote ? undefined : quote
  const { headBlock } = look
  await reportSends(deps, { ...at, transaction, sent, quote: known, headBlock })
  // It was in a block: the node lags, or a reorg took it out. What has been taken once needs no
  // better fee yet.
  if (quote === undefined) return sent
  if ('error' in quote) throw quote.error
  await replaceIfDue(deps, look, transaction, { ...at, sent })
  return sent
}

async function replaceIfDue(
  deps: TendDeps,
  look: Look,
  transaction: Transaction,
  { chainNonce, lane, sent }: PlaceInLane & { readonly sent: Resent },
): Promise<void> {
  const { chain, watch, log, metrics } = deps
  const quote = quoteAfterRefusal(await look.quote(), sent.attempt)
  const { feeMode, gas } = chain.chain
  const due = {
    transaction,
    headBlock: look.headBlock,
    bumpAfterBlocks: gas.bumpAfterBlocks,
    chainNonce,
    marketWei: marketFee(quote, feeMode, gas),
    refused: sent.refused,
    isCurable: isRefusedForGas(sent.attempt) || isUnderTipped(chain.chain, quote, sent.attempt),
  }
  if (!isReplacementDue(due)) return
  const fields = { transaction: transaction.key, nonce: String(transaction.nonce) }
  // With the words of the send before: they say whether the gas limit may rise.
  const read = { ...transaction, attempts: [...transaction.attempts.slice(0, -1), sent.attempt] }
  const again = await signAgain(chain, deps.lanes, read, quote, lane).catch((error) => {
    if (!isRefusal(error)) throw error
    log.error({ ...fields, error }, 'replacement refused by policy')
    return { kind: 'refused' as const }
  })
  metrics.count('coldsweep_replacements_total', { chain: chain.chain.name, outcome: again.kind })
  if (again.kind !== 'signed') {
    log.debug({ ...fields, why: again.kind }, 'no replacement can be signed now')
    return
  }
  const { kind, hash, maxFeeWei, gasLimit } = newestAttempt(again.transaction)
  log.info(
    { ...fields, kind, hash, maxFeeWei: String(maxFeeWei), gasLimit: String(gasLimit) },
    'signed again on its own nonce',
  )
  const sending = { broadcaster: chain.broadcaster, sends: watch, log }
  await broadcast(sending, again.transaction)
}

/**
 * The signer's word about this one transaction: it stays as it is signed, and the others are
 * tended.
 */
function isRefusal(error: unknown): boolean {
  return (
    error instanceof PolicyRefused || error instanceof KeyMissing || error instanceof KeyMismatch
  )
}
