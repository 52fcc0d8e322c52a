import type { Address, Hash, Hex } from '../../address.ts'
import type { BlockHeader, Receipt } from '../block.ts'
import type { FeeQuote } from '../fees.ts'
import type { MinedTransaction } from '../mined-transaction.ts'

/** The fields of an unsigned transaction that decide its size and its fees. */
export interface DraftTransaction {
  readonly to: Address
  readonly valueWei: bigint
  readonly data: Hex
  readonly gasLimit: bigint
  readonly maxFeeWei: bigint
}

/**
 * The view of the chain for the code that plans, signs and judges transactions: one node, or
 * several nodes that must agree (MONEY 20). Methods throw the errors of `ChainReader`; with several
 * nodes also `QuorumShort` and `QuorumDisagrees`. Balances are read at a block hash, never at
 * `latest`.
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
  /** Next nonce of the sender after a block. */
  nonceAt(sender: Address, atBlock: Hash): Promise<bigint>
  /**
   * Hash of the sender's transaction with this nonce, read from the block's list of transactions;
   * undefined where the list does not contain it.
   */
  listedAs(sender: Address, nonce: bigint, inBlock: Hash): Promise<Hash | undefined>
  feeQuote(): Promise<FeeQuote>
  /**
   * Fee of a rollup in addition to gas × price, in wei: L1 fee and operator fee (MONEY 9). 0 on
   * chains without such a fee.
   */
  rollupFee(draft: DraftTransaction): Promise<bigint>
  /**
   * Simulates a call after a block, or at the head. Returns the data that the call returns, or the
   * reason of its revert. The sender needs no balance for gas.
   */
  simulate(
    call: { from: Address; to: Address; data: Hex },
    atBlock?: Hash,
  ): Promise<{ kind: 'returned'; data: Hex } | { kind: 'reverted'; reason: string }>
  /**
   * Estimates the gas of a call after the block at a height, or at the head. A revert is returned,
   * not thrown.
   */
  estimateGas(
    call: { from: Address; to: Address; data: Hex; valueWei: bigint },
    atHeight?: bigint,
  ): Promise<{ kind: 'gas'; gas: bigint } | { kind: 'reverted'; reason: string }>
  receipt(hash: Hash): Promise<Receipt | undefined>
}

/**
 * Reads single mined transactions. Full nodes serve even old ones, because no old state is needed.
 * The errors are those of `ChainReader`.
 */
export interface ChainHistory {
  /**
   * Reads a transaction with its receipt; undefined where no block has the transaction. Throws
   * `ChainMoved` when transaction and receipt name different blocks. With several endpoints it also
   * throws `QuorumShort` and `QuorumDisagrees` (MONEY 20).
   */
  mined(hash: Hash): Promise<MinedTransaction | undefined>
}
