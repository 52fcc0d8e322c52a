import { findAsset } from '../../domain/chains/chain.ts'
import { readTransferCall } from '../../domain/chains/erc20.ts'
import {
  feeOf,
  type Mined,
  type Transaction,
  type TransactionEnd,
} from '../../domain/lanes/transaction.ts'
import { findMined } from './find-mined.ts'
import { isNonceLost } from './lost-nonce.ts'
import type { PollView, TrackDeps } from './poll-view.ts'
import type { PlaceInLane } from './read-lane.ts'
import type { Resent } from './resend.ts'
import { trackUnmined } from './track-unmined.ts'

/**
 * Records a transaction's place on chain. Ends the transaction if it is final, and rebroadcasts or
 * replaces it if it is unmined.
 * @returns the result of the rebroadcast; undefined for a transaction that is not unmined
 */
export async function trackTransaction(
  deps: TrackDeps,
  view: PollView,
  transaction: Transaction,
  at: PlaceInLane,
): Promise<Resent | undefined> {
  const { place } = at
  if (place.kind === 'mined') {
    await trackMined(deps, view, transaction, place.mined)
    return undefined
  }
  if (place.fellOut) await fellOut(deps, view, transaction)
  if (place.kind === 'nonce-used') {
    const mined = place.fellOut ? null : transaction.mined
    await judgeLostNonce(deps, view, { ...transaction, mined })
    return undefined
  }
  return await trackUnmined(deps, view, transaction, at)
}

async function trackMined(
  deps: TrackDeps,
  view: PollView,
  transaction: Transaction,
  mined: Mined,
): Promise<void> {
  const { chain, lanes } = deps
  if (!sameBlock(transaction.mined, mined)) await lanes.recordMined(transaction, mined)
  if (transaction.refusal) await lanes.noteRefusal(transaction, null)
  if (view.finalAt === undefined || mined.blockNumber > view.finalAt) return
  // The receipt is read again first, because the end of a transaction is permanent. A node with the
  // block but without the receipt contradicts itself, so the transaction does not end yet.
  if (!sameBlock(mined, await findMined(chain, view, transaction))) return
  const kind = transaction.attempts.find((attempt) => attempt.hash === mined.hash)?.kind
  const end = kind === 'cancel' ? 'cancelled' : mined.ok ? 'succeeded' : 'reverted'
  const staleBalance = end === 'reverted' && (await isStale(deps, transaction, mined))
  const facts = { staleBalance }
  if (!(await endAs(deps, { ...transaction, mined }, end, mined.blockNumber, facts))) return
  deps.log.info({ transaction: transaction.key, hash: mined.hash, end }, 'transaction final')
}

/**
 * MONEY 30: whether a token transfer reverted because the wallet held less than was signed, for
 * example after a negative rebase. An unreadable balance counts as enough, so that a failing node
 * does not switch the breaker off.
 */
async function isStale(
  { chain: { state }, log }: TrackDeps,
  { key, sender, to, data, step }: Transaction,
  mined: Mined,
): Promise<boolean> {
  if (step !== 'sweep' || data === '0x') return false
  try {
    const { amount } = readTransferCall(data)
    const held = await state.tokenBalance(to, sender, mined.blockHash)
    // Some nodes answer 0 for a block whose state they have pruned (decision 25).
    if (held === 0n)
      return (await state.tokenBalance(to, sender, (await state.head()).hash)) < amount
    return held < amount
  } catch (error) {
    log.warn({ transaction: key, error }, 'balance at a reverted transfer is unreadable')
    return false
  }
}

/**
 * Writes the end of a transaction.
 * @returns false if the row was not written; the next poll decides again
 */
async function endAs(
  { chain: { chain }, lanes, log, metrics }: TrackDeps,
  transaction: Transaction,
  end: TransactionEnd,
  block: bigint,
  facts?: { readonly staleBalance: boolean },
): Promise<boolean> {
  const ended = await lanes.end(transaction, end, block, facts)
  if (!ended) return false
  if (ended.paused !== undefined) {
    const { key } = transaction
    log.error(
      { transaction: key, asset: ended.asset, why: ended.paused },
      'asset paused by breaker',
    )
  }
  const { mined } = transaction
  if (mined && end !== 'displaced' && ended.asset !== undefined) {
    const asset = findAsset(chain, ended.asset)?.symbol ?? ended.asset
    const labels = { chain: chain.name, asset }
    metrics.count('coldsweep_gas_spent_wei_total', labels, Number(feeOf(mined)))
  }
  if (ended.uncovered.length > 0) {
    log.error(
      { transaction: transaction.key, end, deposits: ended.uncovered },
      'finished sweep was reorged out and failed when included again; its deposits are planned again',
    )
  }
  return true
}

async function fellOut(
  { lanes, log }: TrackDeps,
  { headBlock }: PollView,
  transaction: Transaction,
): Promise<void> {
  const { key, mined } = transaction
  log.warn(
    { transaction: key, block: String(mined?.blockNumber) },
    'transaction reorged out of its block',
  )
  await lanes.forgetMined(transaction, headBlock)
}

/**
 * Ends a transaction as displaced when another transaction used its nonce in a final block (MONEY
 * 3). The receipts are read again, because our own attempt may have been mined between two answers
 * of the node. A missing receipt alone never ends a transaction as displaced. Otherwise coldsweep
 * would pay twice at a node that lacks a receipt index.
 */
async function judgeLostNonce(
  deps: TrackDeps,
  view: PollView,
  transaction: Transaction,
): Promise<void> {
  const { chain, metrics, log } = deps
  const { finalAt } = view
  if (finalAt === undefined || !(await isNonceLost(deps, view, transaction, finalAt))) return
  if (!(await endAs(deps, transaction, 'displaced', finalAt))) return
  metrics.count('coldsweep_displaced_transactions_total', { chain: chain.chain.name })
  log.error(
    { transaction: transaction.key, sender: transaction.sender, nonce: String(transaction.nonce) },
    'nonce used by an external transaction; somebody else has the key',
  )
}

function sameBlock(known: Mined | null, found: Mined | undefined): boolean {
  return (
    known !== null &&
    found !== undefined &&
    known.hash === found.hash &&
    known.blockHash === found.blockHash
  )
}
