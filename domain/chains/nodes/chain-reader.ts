import type { Address, Hash } from '../../address.ts'
import type { Block, BlockHeader, InternalTransfers, Log, Receipt } from '../block.ts'

/**
 * The scanner's view of a node. Every method throws an error whose class tells the kind
 * (`ChainUnreachable`, `ChainRefused`, `ChainAnswerBad`); messages never contain the node's URL
 * (MONEY 19). Two calls may disagree, because answers lag.
 */
export interface ChainReader extends TokenState {
  readonly chainId: number
  /** The newest header. */
  head(): Promise<BlockHeader>
  /**
   * Height of a tag; undefined while the node has none (block 0 on a short devnet counts as none).
   */
  taggedHeight(tag: 'finalized' | 'safe'): Promise<bigint | undefined>
  /** Header alone; undefined while this node does not have the height. */
  header(height: bigint): Promise<BlockHeader | undefined>
  /**
   * Block with its transactions; undefined where this node does not have it (yet, or no longer).
   */
  block(height: bigint): Promise<Block | undefined>
  /**
   * `Transfer` logs of the given tokens in exactly this block. A node without the block throws; it
   * never answers [].
   */
  transferLogsOfBlock(blockHash: Hash, tokens: readonly Address[]): Promise<readonly Log[]>
  /**
   * The same from another endpoint than the current one, for a block or a range; undefined without
   * such an endpoint, or when it does not answer.
   */
  transferLogsElsewhere(
    where: Hash | { readonly from: bigint; readonly to: bigint },
    tokens: readonly Address[],
    recipients?: readonly Address[],
  ): Promise<readonly Log[] | undefined>
  /**
   * The same for a range of heights, inclusive. The answer of a lagging node may be partial: check
   * it against the headers' blooms. With `recipients` only transfers to them, for backfills of
   * wallets: check it against their balances.
   */
  transferLogsOfRange(
    from: bigint,
    to: bigint,
    tokens: readonly Address[],
    recipients?: readonly Address[],
  ): Promise<readonly Log[]>
  /**
   * Native coin that code moved inside a block's transactions, in order; frames that failed, or
   * that a failed frame contains, are left out. undefined where the node cannot trace at all.
   * @param first transactions that are traced before the others where each is traced alone: time is
   * limited
   */
  internalTransfers(block: Block, first?: readonly Hash[]): Promise<InternalTransfers | undefined>
  /**
   * undefined while it is not mined, or no longer is.
   * @param options.withFee derives a gas price that the receipt omits; without it the price may be
   * 0
   */
  receipt(hash: Hash, options?: { readonly withFee?: boolean }): Promise<Receipt | undefined>
  /**
   * Whether an address may ever have received native coin up to a block: it holds some there, or
   * has sent a transaction. false rules it out, because received coin could not have left.
   */
  nativeTouched(address: Address, atBlock: Hash): Promise<boolean>
  nativeBalance(holder: Address, atBlock: Hash): Promise<bigint>
  /**
   * This reader pinned to the endpoint `offset` places after the current one; with one endpoint
   * always to that one.
   */
  endpoint(offset: number): ChainReader
  /** This reader pinned to the current node, so that one unit of work reads from one node. */
  pinned(): ChainReader
  /**
   * Switches to the next endpoint, if there is one: the current node answers badly (it lags, it
   * left out logs).
   */
  moveOn(): void
}

/** Token balances at a block. */
export interface TokenState {
  /**
   * Balance after a block, requested by hash. A node that lacks the block or has pruned its state
   * throws or answers 0.
   */
  tokenBalance(token: Address, holder: Address, atBlock: Hash): Promise<bigint>
}

/**
 * Hints that a chain may have a new head, from a WebSocket or a poll. A lost hint costs latency
 * only.
 */
export interface NewHeads {
  /** Calls back on every hint until closed. Reconnects by itself and never throws. */
  watch(onHint: () => void): { close(): Promise<void> }
}
