import type { PublicClient } from 'viem'
import type { BlockHeader } from '../../domain/block.ts'
import { ChainRefused } from '../../domain/errors.ts'
import { toHeader } from './block.ts'

/** Asks a node; errors come out translated. */
export type Ask = <T>(work: (client: PublicClient) => Promise<T>) => Promise<T>

/** The newest header and the heights behind tags, for scanner and money code alike. */
export function createHeads(ask: Ask) {
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
        // Nodes that do not know the tag, or have nothing behind it yet, refuse in many words.
        if (error instanceof ChainRefused) return null
        throw error
      })
      const number = BigInt(block?.number ?? 0)
      return number === 0n ? undefined : number
    },
  }
}
