import type { Address, Hash } from '../../address.ts'
import type { Block, BlockHeader, InnerTransfers, Log, Receipt } from '../block.ts'
import type { TokenState } from './token-state.ts'

/**
 * What the scanner asks a node. Every method throws an error whose class name says the kind
 * (`ChainUnreachable`, `ChainRefused`, `ChainAnswerBad`), without the node's URL in it (MONEY 19).
 * Answers may lag behind what another call just said.
 */
export interface ChainReader extends TokenState {
  readonly chainId: number
  /** The newest header. */
  head(): Promise<BlockHeader>
  /**
   * Height behind a tag; undefined while the node has none (block 0 on a short devnet counts as
   * none).
   */
  taggedHeight(tag: 'finalized' | 'safe'): Promise<bigint | undefined>
  /** Header alone; undefined where this node does not have the height yet. */
  header(height: bigint): Promise<BlockHeader | undefined>
  /** Block with its transactions; undefined where this node does not have it (yet, or any more). */
  block(height: bigint): Promise<Block | undefined>
  /**
   * `Transfer` logs of the given tokens in exactly this block; a node that lacks the block throws,
   * it never answers [].
   */
  transferLogsOfBlock(blockHash: Hash, tokens: readonly Address[]): Promise<readonly Log[]>
  /**
   * The same of another endpoint than the one in use, of a block or a range; undefined where there
   * is none, or it does not answer.
   */
  transferLogsElsewhere(
    where: Hash | { readonly from: bigint; readonly to: bigint },
    tokens: readonly Address[],
    recipients?: readonly Address[],
  ): Promise<readonly Log[] | undefined>
  /**
   * The same over heights, both ends included. May be partial on a lagging node: hold it against
   * the headers' blooms. With `recipients` only transfers to them, for wallets found late: hold it
   * against what they hold.
   */
  transferLogsOfRange(
    from: bigint,
    to: bigint,
    tokens: readonly Address[],
    recipients?: readonly Address[],
  ): Promise<readonly Log[]>
  /**
   * Native coin that code moved inside a block's transactions, in order; nothing of a frame that
   * failed, or that stands under one that did. undefined where the node can't trace at all.
   * @param first transactions that are traced before the others, where each must be traced by
   * itself: the time is limited
   */
  innerTransfers(block: Block, first?: readonly Hash[]): Promise<InnerTransfers | undefined>
  /**
   * undefined while it is not mined, or no longer is.
   * @param options.withFee a gas price that the receipt leaves out is derived; without it, it may
   * be 0
   */
  receipt(hash: Hash, options?: { readonly withFee?: boolean }): Promise<Receipt | undefined>
  /**
   * Whether native coin can ever have reached an address up to a block: it holds some there, or has
   * sent a transaction. false rules it out, because what came could not have gone.
   */
  nativeTouched(address: Address, atBlock: Hash): Promise<boolean>
  nativeBalance(holder: Address, atBlock: Hash): Promise<bigint>
  /**
   * This reader held to the endpoint so many places after the one in use; with one endpoint always
   * to that.
   */
  endpoint(offset: number): ChainReader
  /**
   * This reader held to the node in use now, so that the answers of one piece of work come from one
   * node.
   */
  pinned(): ChainReader
  /**
   * The node in use answers, but not well (it lags, it left out logs): the next one comes into use,
   * where there is one.
   */
  moveOn(): void
}
