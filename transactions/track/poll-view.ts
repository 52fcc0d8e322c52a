import type { Hash } from '../../domain/address.ts'
import { smallerOf } from '../../domain/amount.ts'
import type { FeeQuote } from '../../domain/chains/fees.ts'
import { finalHeight } from '../../domain/chains/finality.ts'
import type { LaneTracking } from '../../domain/lanes/lane-store.ts'
import type { Log, Metrics } from '../../domain/process.ts'
import type { CursorReader } from '../../domain/scan/scan-store.ts'
import type { MoneyChain } from '../sign/money-chain.ts'

/** The dependencies of the code that tracks a chain's transactions. */
export interface TrackDeps {
  readonly chain: MoneyChain
  readonly lanes: LaneTracking
  readonly cursors: CursorReader
  readonly log: Log
  readonly metrics: Metrics
}

/** Chain facts that one poll reads once and shares between all its transactions. */
export interface PollView {
  readonly headBlock: bigint
  /**
   * Highest height that is final for the node and for the scanner; for the node alone until the
   * scanner has confirmed a block. undefined if the node has no final height.
   */
  readonly finalAt: bigint | undefined
  /** Hash of the canonical block at a height; undefined if the node does not have it yet. */
  blockHash(height: bigint): Promise<Hash | undefined>
  /** The fee quote, read once for the whole poll. Rejects if the node rejects. */
  quote(): Promise<FeeQuote>
}

/** Reads the head and the final height once, for one poll. */
export async function openPollView(
  { chain, state }: MoneyChain,
  cursors: CursorReader,
): Promise<PollView> {
  const { tag } = chain.finality
  const head = await state.head()
  const tagged = tag === undefined ? undefined : await state.taggedHeight(tag)
  const final = finalHeight(chain.finality, head.number, tagged)
  const followed = (await cursors.cursor(chain.id))?.finalHeight ?? null
  const hashes = new Map<bigint, Promise<Hash | undefined>>()
  let quote: Promise<FeeQuote> | undefined
  return {
    headBlock: head.number,
    finalAt: final === undefined || followed === null ? final : smallerOf(final, followed),
    blockHash(height) {
      const asked = hashes.get(height) ?? state.blockHash(height)
      hashes.set(height, asked)
      return asked
    },
    quote() {
      quote ??= state.feeQuote()
      return quote
    },
  }
}
