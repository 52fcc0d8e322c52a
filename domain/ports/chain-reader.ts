import type { Address, Hash } from '../address.ts'
import type { Block, BlockHeader, Log, Receipt } from '../block.ts'

/**
 * What the scanner asks a node. Every method throws an error whose class name says the kind (`ChainUnreachable`,
 * `ChainRefused`), without the node's URL in it (MONEY 19). Answers may lag behind what another call just said.
 */
export interface ChainReader {
  readonly chainId: number
  /** The newest header. */
  head(): Promise<BlockHeader>
  /** Height behind a tag; undefined while the node has none (block 0 on a short devnet counts as none). */
  taggedHeight(tag: 'finalized' | 'safe'): Promise<bigint | undefined>
  /** Header alone; undefined where this node does not have the height yet. */
  header(height: bigint): Promise<BlockHeader | undefined>
  /** Block with its transactions; undefined where this node does not have it (yet, or any more). */
  block(height: bigint): Promise<Block | undefined>
  /** `Transfer` logs of the given tokens in exactly this block; a node that lacks the block throws, it never answers []. */
  transferLogsOfBlock(blockHash: Hash, tokens: readonly Address[]): Promise<readonly Log[]>
  /** The same over heights, both ends included. May be partial on a lagging node: hold it against the headers' blooms. */
  transferLogsOfRange(from: bigint, to: bigint, tokens: readonly Address[]): Promise<readonly Log[]>
  /** undefined while it is not mined, or no longer is. */
  receipt(hash: Hash): Promise<Receipt | undefined>
}
