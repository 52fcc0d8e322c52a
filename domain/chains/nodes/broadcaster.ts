import type { Hash, Hex } from '../../address.ts'

/**
 * `accepted`: a node answered with a hash, or already knew the transaction. geth answers with a
 * hash for some transactions that its pool dropped, so only a lookup proves that a node holds one.
 * `doubt`: texts of the endpoints that rejected it, where too few others accepted. `refused`: the
 * node's text, without URL or bytes. Texts differ between nodes, so the caller looks up hash and
 * nonce instead of judging the text (MONEY 4).
 */
export type SendAnswer =
  | { readonly kind: 'accepted'; readonly doubt?: string }
  | { readonly kind: 'refused'; readonly words: string }

export interface Broadcaster {
  /**
   * Broadcasts signed bytes. Idempotent: the same bytes are the same transaction. Throws when no
   * node answered.
   */
  send(raw: Hex): Promise<SendAnswer>
  /** Whether the node holds the transaction, mined or in its pool. */
  knows(hash: Hash): Promise<boolean>
}
