import type { Hash, Hex } from '../../address.ts'

/**
 * `accepted`: a node answered with a hash, or already knew it. geth answers a hash for some
 * transactions that its pool dropped, so only a lookup shows whether a node holds it. `doubt`:
 * words of the endpoints that refused, where too few others took it. `refused` carries the node's
 * own words, without URL or bytes; texts differ between nodes, so the caller judges by asking for
 * hash and nonce, never by the text (MONEY 4).
 */
export type SendAnswer =
  | { readonly kind: 'accepted'; readonly doubt?: string }
  | { readonly kind: 'refused'; readonly words: string }

export interface Broadcaster {
  /**
   * Sends signed bytes. Repeating is safe: the same bytes are the same transaction. Throws when no
   * node answered.
   */
  send(raw: Hex): Promise<SendAnswer>
  /** Whether the node holds it, mined or in its pool. */
  knows(hash: Hash): Promise<boolean>
}
