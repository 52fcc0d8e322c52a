import type { Address, Hash } from '../../address.ts'

export interface TokenState {
  /**
   * After a block, which is asked for by hash: a node that lacks it, or has pruned its state,
   * throws or answers 0.
   */
  tokenBalance(token: Address, holder: Address, atBlock: Hash): Promise<bigint>
}
