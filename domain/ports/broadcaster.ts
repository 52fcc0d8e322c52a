import type { Hash, Hex } from '../address.ts'

/**
 * `accepted` also when the node already knew it. `refused` carries the node's own words, without URL or bytes; texts
 * differ between nodes, so the caller judges by asking for hash and nonce, never by the text (MONEY 4).
 */
export type SendAnswer =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly words: string }

export interface Broadcaster {
  /** Sends signed bytes. Repeating is safe: the same bytes are the same transaction. Throws when no node answered. */
  send(raw: Hex): Promise<SendAnswer>
  /** Whether the node holds it, mined or in its pool. */
  knows(hash: Hash): Promise<boolean>
}
