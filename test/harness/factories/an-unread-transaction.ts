import type { SeenUnread } from '../../../domain/scan/unread.ts'
import { hash, who } from './a-block.ts'

/** A transaction of block 11 whose receipt is missing. Equal numbers give equal hashes. */
export function anUnreadTransaction(n: number, given: Partial<SeenUnread> = {}): SeenUnread {
  return {
    hash: hash(5000 + n),
    blockNumber: 11n,
    blockHash: hash(11),
    sender: who.stranger,
    nonce: 0n,
    own: false,
    why: 'the node has no receipt of it',
    ...given,
  }
}
