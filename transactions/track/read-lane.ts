import type { Mined, Transaction } from '../../domain/lanes/transaction.ts'
import { mapConcurrently } from '../../runtime/map-concurrently.ts'
import type { MoneyChain } from '../sign/money-chain.ts'
import { findMined } from './find-mined.ts'
import type { Look } from './poll-view.ts'

/** Where the chain has a transaction now. */
export type Place =
  | { readonly kind: 'mined'; readonly mined: Mined }
  /**
   * In no canonical block; `nonce-used`: another transaction is, with its nonce. `fellOut`: our row
   * says that a block has it, and the node shows another block in that place (MONEY 21); one that
   * lags has none there yet.
   */
  | { readonly kind: 'unmined' | 'nonce-used'; readonly fellOut: boolean }
  /** The node contradicts itself or us, or it lags: nothing follows. */
  | { readonly kind: 'failed'; readonly error: unknown }

/** One transaction's place, with what its lane says about it. */
export interface PlaceInLane {
  readonly place: Exclude<Place, { kind: 'failed' }>
  readonly chainNonce: bigint
  /** The sender's live transactions. */
  readonly lane: readonly Transaction[]
}

export interface PlacedLane {
  readonly chainNonce: bigint
  readonly places: readonly { readonly transaction: Transaction; readonly place: Place }[]
}

/** Receipts asked for at once in one lane. */
const width = 8

/**
 * Reads a lane (one sender's live transactions, in nonce order) with few questions: the sender's
 * nonce once, a receipt only where that nonce says that there may be one, a block's hash once for
 * all that are in it.
 */
export async function readLane(
  chain: MoneyChain,
  look: Look,
  lane: readonly Transaction[],
): Promise<PlacedLane> {
  const chainNonce = lane[0] ? await chain.state.minedNonce(lane[0].sender) : 0n
  const places = await mapConcurrently(lane, width, async (transaction) => ({
    transaction,
    place: await placeOf(chain, look, transaction, chainNonce).catch(
      (error: unknown): Place => ({ kind: 'failed', error }),
    ),
  }))
  return { chainNonce, places }
}

async function placeOf(
  chain: MoneyChain,
  look: Look,
  transaction: Transaction,
  chainNonce: bigint,
): Promise<Place> {
  const known = transaction.mined
  const canonical = known ? await look.blockHash(known.blockNumber) : undefined
  // The same block is canonical still, so what its receipt said stands.
  if (known && canonical === known.blockHash) return { kind: 'mined', mined: known }
  const fellOut = known !== null && canonical !== undefined
  if (transaction.nonce >= chainNonce) return { kind: 'unmined', fellOut }
  const mined = await findMined(chain, look, transaction)
  return mined ? { kind: 'mined', mined } : { kind: 'nonce-used', fellOut }
}
