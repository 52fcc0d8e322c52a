import type { Address, Hash, Hex } from '../../address.ts'
import type { BlockHeader, Receipt } from '../block.ts'
import type { FeeQuote } from '../fees.ts'

/** A transaction that is about to be signed, as far as its size and its fees go. */
export interface DraftTransaction {
  readonly to: Address
  readonly valueWei: bigint
  readonly data: Hex
  readonly gasLimit: bigint
  readonly maxFeeWei: bigint
}

/**
 * What the money code asks the chain: one node, or several that must agree (MONEY 20). Errors as in
 * ChainReader, and with several nodes `QuorumShort` and `QuorumDisagrees`. Balances are asked at a
 * block hash, never at `latest`.
 */
export interface ChainState {
  readonly chainId: number
  head(): Promise<BlockHeader>
  taggedHeight(tag: 'finalized' | 'safe'): Promise<bigint | undefined>
  /** Hash of the canonical block at a height; undefined above the node's head. */
  blockHash(height: bigint): Promise<Hash | undefined>
  nativeBalance(holder: Address, atBlock: Hash): Promise<bigint>
  tokenBalance(token: Address, holder: Address, atBlock: Hash): Promise<bigint>
  /**
   * Code after a block, at the head without one; `0x` for a plain account. A delegated account
   * (EIP-7702) has code.
   */
  code(address: Address, atBlock?: Hash): Promise<Hex>
  /** Nonce of the next transaction, counting mined ones only. */
  minedNonce(sender: Address): Promise<bigint>
  /** The same as it stood after a block. */
  nonceAt(sender: Address, atBlock: Hash): Promise<bigint>
  /**
   * Hash of the sender's transaction with that nonce in a block, by the block's own list; undefined
   * where it lists none.
   */
  listedAs(sender: Address, nonce: bigint, inBlock: Hash): Promise<Hash | undefined>
  feeQuote(): Promise<FeeQuote>
  /**
   * What a rollup takes beside gas × price, in wei: L1 fee and operator fee (MONEY 9). 0 where
   * there is no such fee.
   */
  rollupFee(draft: DraftTransaction): Promise<bigint>
  /**
   * Runs a call without sending it, after a block, at the head without one: what it returned, or
   * why it reverted. Needs no balance for gas.
   */
  simulate(
    call: { from: Address; to: Address; data: Hex },
    atBlock?: Hash,
  ): Promise<{ kind: 'returned'; data: Hex } | { kind: 'reverted'; reason: string }>
  /**
   * Gas of a call after the block at a height, at the head without one; a revert is an answer, not
   * an error.
   */
  estimateGas(
    call: { from: Address; to: Address; data: Hex; valueWei: bigint },
    atHeight?: bigint,
  ): Promise<{ kind: 'gas'; gas: bigint } | { kind: 'reverted'; reason: string }>
  receipt(hash: Hash): Promise<Receipt | undefined>
}
