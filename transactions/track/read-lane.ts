import type { Mined, Transaction } from '../../domain/lanes/transaction.ts'
import { mapConcurrently } from '../../runtime/map-concurrently.ts'
import type { MoneyChain } from '../sign/money-chain.ts'
import { findMined } from './find-mined.ts'
import type { PollView } from './poll-view.ts'

/** A transaction's place on chain now. */
export type Place =
  | { readonly kind: 'mined'; readonly mined: Mined }
  /**
   * The transaction is in no canonical block. `nonce-used`: its nonce is used, but none of our
   * attempts is found in a block. `fellOut`: our row names a block, and the node shows another
   * block at that height (MONEY 21). A lagging node shows no block, which does not count.
   */
  | { readonly kind: 'unmined' | 'nonce-used'; readonly fellOut: boolean }
  /** Inconclusive: the node contradicts itself or our rows, or it lags. */
  | { readonly kind: 'failed'; readonly error: unknown }

/** A transaction's place and the lane around it. */
export interface PlaceInLane {
  readonly place: Exclude<Place, { kind: 'failed' }>
  readonly chainNonce: bigint
  /** The sender's live transactions. */
  readonly lane: readonly Transaction[]
}

/** A lane with the place of each transaction. */
export interface PlacedLane {
  readonly chainNonce: bigint
  readonly places: readonly { readonly transaction: Transaction; readonly place: Place }[]
}

/** Concurrent receipt lookups of one lane. */
const width = 8

/**
 * Reads a lane (one sender's live transactions, in nonce order) with few requests: the sender's
 * nonce once, receipts only of transactions whose nonce the chain has used, and each block hash
 * once.
 */
export async function readLane(
  chain: MoneyChain,
  view: PollView,
  lane: readonly Transaction[],
): Promise<PlacedLane> {
  const chainNonce = lane[0] ? await chain.state.minedNonce(lane[0].sender) : 0n
  const places = await mapConcurrently(lane, width, async (transaction) => ({
    transaction,
    place: await placeOf(chain, view, transaction, chainNonce).catch(
      (error: unknown): Place => ({ kind: 'failed', error }),
    ),
  }))
  return { chainNonce, places }
}

async function placeOf(
  chain: MoneyChain,
  view: PollView,
  transaction: Transaction,
  chainNonce: bigint,
): Promise<Place> {
  const known = transaction.mined
  const canonical = known ? await view.blockHash(known.blockNumber) : undefined
  // The recorded block is still canonical, so the recorded receipt is still valid.
  if (known && canonical === known.blockHash) return { kind: 'mined', mined: known }
  const fellOut = known !== null && canonical !== undefined
  if (transaction.nonce >= chainNonce) return { kind: 'unmined', fellOut }
  const mined = await findMined(chain, view, transaction)
  return mined ? { kind: 'mined', mined } : { kind: 'nonce-used', fellOut }
}
