import type { Address, Hash } from '../../address.ts'
import type { Block, BlockHeader, InternalTransfers, Log, Receipt } from '../block.ts'

/**
 * The scanner's view of a node. Every method may throw `ChainUnreachable`, `ChainRefused` or
 * `ChainAnswerBad`; their messages never contain the node's URL (MONEY 19). Two calls may
 * contradict each other, because nodes lag.
 */
export interface ChainReader extends TokenState {
  readonly chainId: number
  /** The newest header. */
  head(): Promise<BlockHeader>
  /**
   * Height of the block with this tag; undefined while the node has no such block. Block 0 counts
   * as no block, because a short devnet returns it for a tag that is not reached yet.
   */
  taggedHeight(tag: 'finalized' | 'safe'): Promise<bigint | undefined>
  /** Header without transactions; undefined while this node does not have the height. */
  header(height: bigint): Promise<BlockHeader | undefined>
  /**
   * Block with its transactions; undefined where this node does not have the height yet, or has
   * removed it.
   */
  block(height: bigint): Promise<Block | undefined>
  /**
   * `Transfer` logs of the given tokens in exactly this block. If the node lacks the block, the
   * call throws and never returns an empty list.
   */
  transferLogsOfBlock(blockHash: Hash, tokens: readonly Address[]): Promise<readonly Log[]>
  /**
   * `Transfer` logs of a block or a range from another endpoint than the current one. undefined if
   * no other endpoint is configured, or if it does not answer.
   */
  transferLogsElsewhere(
    where: Hash | { readonly from: bigint; readonly to: bigint },
    tokens: readonly Address[],
    recipients?: readonly Address[],
  ): Promise<readonly Log[] | undefined>
  /**
   * `Transfer` logs of a range of heights, both ends included. The answer of a lagging node may be
   * partial, so callers check the answer against the headers' blooms. A backfill of wallets gives
   * `recipients`. The answer then has only transfers to these wallets, so callers check it against
   * the wallets' balances instead.
   */
  transferLogsOfRange(
    from: bigint,
    to: bigint,
    tokens: readonly Address[],
    recipients?: readonly Address[],
  ): Promise<readonly Log[]>
  /**
   * Native coin that code moved inside a block's transactions, in order of execution. Calls that
   * failed, and calls inside a failed call, are left out. undefined where the node cannot trace.
   * @param first transactions to trace before the others. The order matters at a node that traces
   * one transaction at a time, because tracing has a time limit
   */
  internalTransfers(block: Block, first?: readonly Hash[]): Promise<InternalTransfers | undefined>
  /**
   * Receipt of a transaction; undefined while no block has the transaction.
   * @param options.withFee true to derive a gas price that the receipt omits; otherwise such a
   * price is 0
   */
  receipt(hash: Hash, options?: { readonly withFee?: boolean }): Promise<Receipt | undefined>
  /**
   * Whether an address may have received native coin up to a block: it has a balance there, or has
   * sent a transaction. false proves that it has received none, because without a transaction the
   * balance could not have left.
   */
  nativeTouched(address: Address, atBlock: Hash): Promise<boolean>
  nativeBalance(holder: Address, atBlock: Hash): Promise<bigint>
  /**
   * Returns a reader that always uses the endpoint `offset` places after the current one. The list
   * of endpoints wraps around.
   */
  endpoint(offset: number): ChainReader
  /**
   * Returns a reader that stays at the current endpoint, so that one unit of work reads from one
   * node.
   */
  pinned(): ChainReader
  /**
   * Switches to the next endpoint, if there is one. The caller does so when the current node lags
   * or omitted logs.
   */
  moveOn(): void
}

/** Token balances at a block. */
export interface TokenState {
  /**
   * Balance after a block, which is requested by hash. If the node lacks the block or has pruned
   * its state, the call throws or returns 0.
   */
  tokenBalance(token: Address, holder: Address, atBlock: Hash): Promise<bigint>
}

/**
 * Hints that a chain may have a new head, from a WebSocket or a poll. A lost hint only delays the
 * next poll.
 */
export interface NewHeads {
  /** Calls `onHint` at every hint until it is closed. Reconnects by itself and never throws. */
  watch(onHint: () => void): { close(): Promise<void> }
}
