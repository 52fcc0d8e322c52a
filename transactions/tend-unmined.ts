import { marketFee } from '../domain/fees.ts'
import { KeyMismatch, KeyMissing, PolicyRefused } from '../domain/money-errors.ts'
import { isReplacementDue, newestAttempt } from '../domain/replacement.ts'
import type { Transaction } from '../domain/transaction.ts'
import { broadcast } from './broadcast.ts'
import type { Look } from './look.ts'
import type { PlaceInLane } from './read-lane.ts'
import { signAgain } from './sign-again.ts'
import type { TendDeps } from './tend-deps.ts'

/**
 * MONEY 5, 8, 21: in no block. The same bytes are sent again where the node does not hold them, and another attempt is
 * signed where its fee is why, or where a cancel was asked for.
 */
export async function tendUnmined(
  deps: TendDeps,
  look: Look,
  transaction: Transaction,
  { chainNonce, lane }: PlaceInLane,
): Promise<void> {
  const { chain, watch, log, metrics } = deps
  const sending = { broadcaster: chain.broadcaster, sends: watch, log }
  const newest = newestAttempt(transaction)
  const held = newest.lastSentAt !== null && (await chain.broadcaster.knows(newest.hash))
  const refused = held ? false : (await broadcast(sending, transaction)).refused
  // It was in a block: the node lags, or a reorg took it out. What has been taken once needs no better fee yet.
  if (transaction.mined) return
  const quote = await look.quote()
  const marketWei = marketFee(quote, chain.chain.feeMode, chain.chain.gas)
  const { bumpAfterBlocks } = chain.chain.gas
  const { headBlock } = look
  const due = { transaction, headBlock, bumpAfterBlocks, chainNonce, marketWei, refused }
  if (!isReplacementDue(due)) return
  const fields = { transaction: transaction.key, nonce: String(transaction.nonce) }
  const again = await signAgain(chain, deps.lanes, transaction, quote, lane).catch((error) => {
    if (!isRefusal(error)) throw error
    log.error({ ...fields, error }, 'a transaction that is stuck can’t be signed again')
    return { kind: 'refused' as const }
  })
  metrics.count('coldsweep_replacements_total', { chain: chain.chain.name, outcome: again.kind })
  if (again.kind !== 'signed') {
    log.debug(
      { ...fields, why: again.kind },
      'a transaction that is stuck can’t be signed again now',
    )
    return
  }
  const { kind, hash, maxFeeWei } = newestAttempt(again.transaction)
  log.info({ ...fields, kind, hash, maxFeeWei: String(maxFeeWei) }, 'signed again on its own nonce')
  await broadcast(sending, again.transaction)
}

/** The signer's word about this one transaction: it stays as it is signed, and the others are tended. */
function isRefusal(error: unknown): boolean {
  return (
    error instanceof PolicyRefused || error instanceof KeyMissing || error instanceof KeyMismatch
  )
}
