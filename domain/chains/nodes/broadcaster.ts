import type { Hash, Hex } from '../../address.ts'

/**
 * Answer to a broadcast.
 * - `accepted`: a node answered with a hash, or already knew the transaction. geth answers with a
 *   hash for some transactions that its pool dropped, so only a lookup proves that a node holds the
 *   transaction. `doubt` is set if fewer endpoints accepted than the quorum needs; it is the
 *   rejection of another endpoint.
 * - `refused`: the node's rejection, without URL or bytes. Nodes word rejections differently, so
 *   the caller looks up hash and nonce instead of judging the text (MONEY 4).
 */
export type SendAnswer =
  | { readonly kind: 'accepted'; readonly doubt?: string }
  | { readonly kind: 'refused'; readonly words: string }

/** Sends signed transactions to nodes and looks them up. */
export interface Broadcaster {
  /**
   * Broadcasts signed bytes. Idempotent: the same bytes are the same transaction. Throws when no
   * node answered.
   */
  send(raw: Hex): Promise<SendAnswer>
  /** Whether the node holds the transaction, either mined or in its pool. */
  knows(hash: Hash): Promise<boolean>
}
