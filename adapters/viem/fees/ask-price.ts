import type { PublicClient } from 'viem'
import { ChainAnswerBad } from '../../../domain/errors.ts'
import { quantityOf } from '../decode/quantity-of.ts'
import { isPassing } from '../judge-error/is-passing.ts'
import { nodeErrorOf } from '../judge-error/node-error.ts'

/**
 * `refused`: the node does not answer this question, in whatever words. `failed`: it may answer
 * later.
 */
export type AskedPrice =
  | { readonly kind: 'price'; readonly wei: bigint }
  | { readonly kind: 'refused'; readonly error: unknown }
  | { readonly kind: 'failed'; readonly error: unknown }

export async function askPrice(
  client: PublicClient,
  method: 'eth_gasPrice' | 'eth_maxPriorityFeePerGas',
): Promise<AskedPrice> {
  try {
    const wei = quantityOf(await client.request({ method }))
    if (wei !== undefined) return { kind: 'price', wei }
    // The Hiero relay answered "0x" for a tip (hiero-json-rpc-relay#3487), others null.
    return { kind: 'refused', error: new ChainAnswerBad(`${method} came back as no number`) }
  } catch (error) {
    const answered = nodeErrorOf(error)
    return { kind: answered && !isPassing(answered) ? 'refused' : 'failed', error }
  }
}
