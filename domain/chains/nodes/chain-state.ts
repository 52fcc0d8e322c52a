import type { Address, Hash, Hex } from '../../address.ts'
import type { BlockHeader, Receipt } from '../block.ts'
import type { FeeQuote } from '../fees.ts'
import type { MinedTransaction } from '../mined-transaction.ts'

/** A transaction before its signature, as far as its size and its fees go. */
export interface DraftTransaction {
  readonly to: Address
  readonly valueWei: bigint
  readonly data: Hex
  readonly gasLimit: bigint
  readonly maxFeeWei: bigint
}

/**
 * The money code's view of the chain: one node, or several that must agree (MONEY 20). Errors as in
 * ChainReader; several nodes also throw `QuorumShort` and `QuorumDisagrees`. Balances are read at a
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
   * Code after a block, or at the head; `0x` for a plain account. A delegated account (EIP-7702)
   * has code.
   */
  code(address: Address, atBlock?: Hash): Promise<Hex>
  /** Next nonce of the sender, counting mined transactions only. */
  minedNonce(sender: Address): Promise<bigint>
  /** The same after a block. */
  nonceAt(sender: Address, atBlock: Hash): Promise<bigint>
  /**
   * Hash of the sender's transaction with that nonce, from the block's own list; undefined where
   * the list has none.
   */
  listedAs(sender: Address, nonce: bigint, inBlock: Hash): Promise<Hash | undefined>
  feeQuote(): Promise<FeeQuote>
  /**
   * Fee of a rollup in addition to gas × price, in wei: L1 fee and operator fee (MONEY 9). 0 where
   * there is no such fee.
   */
  rollupFee(draft: DraftTransaction): Promise<bigint>
  /**
   * Runs a call without sending it, after a block or at the head. Returns its data, or the reason
   * of its revert. Needs no balance for gas.
   */
  simulate(
    call: { from: Address; to: Address; data: Hex },
    atBlock?: Hash,
  ): Promise<{ kind: 'returned'; data: Hex } | { kind: 'reverted'; reason: string }>
  /**
   * Gas of a call after the block at a height, or at the head. A revert is an answer, not an error.
   */
  estimateGas(
    call: { from: Address; to: Address; data: Hex; valueWei: bigint },
    atHeight?: bigint,
  ): Promise<{ kind: 'gas'; gas: bigint } | { kind: 'reverted'; reason: string }>
  receipt(hash: Hash): Promise<Receipt | undefined>
}

/**
 * Single transactions from the past. Full nodes serve this, because it needs no old state. Errors
 * as in ChainReader.
 */
export interface ChainHistory {
  /**
   * undefined where no block has it. Throws `ChainMoved` when transaction and receipt are of
   * different blocks; several endpoints throw `QuorumShort` and `QuorumDisagrees` (MONEY 20).
   */
  mined(hash: Hash): Promise<MinedTransaction | undefined>
}
