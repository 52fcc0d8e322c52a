import type { Hash } from '../../domain/address.ts'
import { smallerOf } from '../../domain/amount.ts'
import type { FeeQuote } from '../../domain/chains/fees.ts'
import { finalHeight } from '../../domain/chains/finality.ts'
import type { LaneWatch } from '../../domain/lanes/lane-watch.ts'
import type { MoneyChain } from '../sign/money-chain.ts'

/** What one look at a chain's lanes asks once, however many transactions it looks at. */
export interface Look {
  readonly headBlock: bigint
  /**
   * The highest height that is final for the node and for the scanner, undefined while there is
   * none.
   */
  readonly finalAt: bigint | undefined
  /** Hash of the canonical block at a height; undefined where the node has none yet. */
  blockHash(height: bigint): Promise<Hash | undefined>
  quote(): Promise<FeeQuote>
}

export async function openLook(
  { chain, state }: MoneyChain,
  watch: Pick<LaneWatch, 'finalHeight'>,
): Promise<Look> {
  const { tag } = chain.finality
  const head = await state.head()
  const tagged = tag === undefined ? undefined : await state.taggedHeight(tag)
  const final = finalHeight(chain.finality, head.number, tagged)
  const followed = await watch.finalHeight(chain.id)
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
