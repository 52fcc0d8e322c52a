import type { PublicClient } from 'viem'
import type { BlockHeader } from '../../../domain/chains/block.ts'
import { ChainRefused } from '../../../domain/errors.ts'
import { toHeader } from '../decode/block.ts'
import { isTransient } from '../node-errors/is-transient.ts'

/** Runs requests on a node, and translates their errors. */
export type Ask = <T>(work: (client: PublicClient) => Promise<T>) => Promise<T>

/**
 * Reads the newest header and the heights of finality tags, for scanner and money code.
 * @param knownTags tags that one of these endpoints has answered before
 */
export function createHeads(ask: Ask, knownTags: Set<string> = new Set()) {
  const blockByTag = (tag: 'latest' | 'finalized' | 'safe') =>
    ask((client) => client.request({ method: 'eth_getBlockByNumber', params: [tag, false] }))
  return {
    async head(): Promise<BlockHeader> {
      const block = await blockByTag('latest')
      if (!block) throw new ChainRefused('the node has no newest block')
      return toHeader(block)
    },
    async taggedHeight(tag: 'finalized' | 'safe'): Promise<bigint | undefined> {
      const block = await blockByTag(tag).catch((error) => {
        // A node that lacks the tag, or has no such block yet, refuses, with various texts. If an
        // endpoint has answered the tag before, a refusal has another cause: a limit, or a node
        // that is being replaced.
        const isLasting = error instanceof ChainRefused && !error.outsidePlan && !isTransient(error)
        if (isLasting && !knownTags.has(tag)) return null
        throw error
      })
      const number = BigInt(block?.number ?? 0)
      if (number > 0n) knownTags.add(tag)
      return number === 0n ? undefined : number
    },
  }
}
