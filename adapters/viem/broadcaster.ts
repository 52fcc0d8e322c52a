import { BaseError, RpcRequestError } from 'viem'
import { ChainRefused, withoutSecrets } from '../../domain/errors.ts'
import type { Broadcaster } from '../../domain/ports/broadcaster.ts'
import type { ChainNodes } from './client.ts'
import { translateChainError } from './errors.ts'

export function createBroadcaster(nodes: ChainNodes): Broadcaster {
  return {
    send: (raw) =>
      nodes.ask(async (client) => {
        try {
          await client.request({ method: 'eth_sendRawTransaction', params: [raw] })
          return { kind: 'accepted' }
        } catch (error) {
          const words = refusalOf(error)
          if (words === undefined) throw error
          // Two of the texts that only mean that it is there; the others are judged by asking the chain (MONEY 4).
          return /already known|already imported/i.test(words)
            ? { kind: 'accepted' }
            : { kind: 'refused', words }
        }
      }),
    knows: (hash) =>
      nodes.ask(async (client) => {
        const found = await client.request({ method: 'eth_getTransactionByHash', params: [hash] })
        return found !== null
      }),
  }
}

/**
 * The node's words when it answered with an error about the transaction; undefined when it gave no answer, or turned us
 * away: then another node is asked.
 */
function refusalOf(error: unknown): string | undefined {
  if (!(error instanceof BaseError) || !(translateChainError(error) instanceof ChainRefused)) {
    return undefined
  }
  const rpc = error.walk((e) => e instanceof RpcRequestError)
  return rpc instanceof RpcRequestError ? withoutSecrets(rpc.details) : undefined
}
