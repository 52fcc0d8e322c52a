import type { Hash } from '../domain/address.ts'
import type { FeeQuote } from '../domain/fees.ts'
import { finalHeight } from '../domain/finality.ts'
import type { MoneyChain } from './money-chain.ts'

/** What one look at a chain's lanes asks once, however many transactions it looks at. */
export interface Look {
  readonly headBlock: bigint
  /** The chain's highest final height, undefined while it has none. */
  readonly finalAt: bigint | undefined
  /** Hash of the canonical block at a height; undefined where the node has none yet. */
  blockHash(height: bigint): Promise<Hash | undefined>
  quote(): Promise<FeeQuote>
}

export async function openLook({ chain, state }: MoneyChain): Promise<Look> {
  const { tag } = chain.finality
  const head = await state.head()
  const tagged = tag === undefined ? undefined : await state.taggedHeight(tag)
  const hashes = new Map<bigint, Promise<Hash | undefined>>()
  let quote: Promise<FeeQuote> | undefined
  return {
    headBlock: head.number,
    finalAt: finalHeight(chain.finality, head.number, tagged),
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
