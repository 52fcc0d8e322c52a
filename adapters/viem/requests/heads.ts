import type { PublicClient } from 'viem'
import type { BlockHeader } from '../../../domain/chains/block.ts'
import { ChainRefused } from '../../../domain/errors.ts'
import { toHeader } from '../decode/block.ts'
import { isPassing } from '../node-errors/is-passing.ts'

/** Asks a node; errors come out translated. */
export type Ask = <T>(work: (client: PublicClient) => Promise<T>) => Promise<T>

/** The newest header and the heights behind tags, for scanner and money code alike. */
/** @param knownTags of the same endpoints: tags that one of them has answered for */
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
        // Nodes that do not know the tag, or have nothing behind it yet, refuse in many words. Once
        // it was answered for, a refusal is another's: a limit, a node that is being exchanged.
        const isLasting = error instanceof ChainRefused && !error.turnedAway && !isPassing(error)
        if (isLasting && !knownTags.has(tag)) return null
        throw error
      })
      const number = BigInt(block?.number ?? 0)
      if (number > 0n) knownTags.add(tag)
      return number === 0n ? undefined : number
    },
  }
}
