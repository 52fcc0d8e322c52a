import { BaseError, RpcRequestError } from 'viem'
import type { Broadcaster } from '../../domain/chains/nodes/broadcaster.ts'
import { ChainRefused, withoutSecrets } from '../../domain/errors.ts'
import { sendRefusalKind } from '../../domain/lanes/send-refusal-kind.ts'
import type { ChainNodes } from './client.ts'
import { orNull } from './node-errors/not-found.ts'
import { translateChainError } from './node-errors/translate-chain-error.ts'
import { isJsonObject } from './transport/pruning.ts'

/** Sends signed transactions to a node, and asks whether the node knows a transaction. */
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
          // `already-known`: the node already has the transaction. After any other error text, the
          // caller looks up the transaction on chain (MONEY 4).
          return sendRefusalKind(words) === 'already-known'
            ? { kind: 'accepted' }
            : { kind: 'refused', words }
        }
      }),
    knows: (hash) =>
      nodes.ask(async (client) => {
        const lookup = client.request({ method: 'eth_getTransactionByHash', params: [hash] })
        const found: unknown = await orNull(lookup)
        // Some nodes answer `{}` or "0x" for an unknown transaction.
        return isJsonObject(found) && String(found['hash']).toLowerCase() === hash.toLowerCase()
      }),
  }
}

/**
 * Returns the node's error text if the node rejected the transaction. Returns undefined if the node
 * gave no answer or refused the caller; then `ask` tries another node.
 */
function refusalOf(error: unknown): string | undefined {
  if (!(error instanceof BaseError) || !(translateChainError(error) instanceof ChainRefused)) {
    return undefined
  }
  const rpc = error.walk((e) => e instanceof RpcRequestError)
  return rpc instanceof RpcRequestError ? withoutSecrets(rpc.details) : undefined
}
