import { createChainState } from '../../adapters/viem/chain-state.ts'
import { createChainNodes } from '../../adapters/viem/client.ts'
import type { ChainConfig } from '../../config/schema/config.ts'
import type { ChainState } from '../../domain/chains/nodes/chain-state.ts'

/** Timeout of one request. It is short, because a person waits for the command. */
const timeoutMs = 5_000

/**
 * Opens a chain's nodes for one command. Without a quorum: the first endpoint that answers is used.
 */
export function chainStateOf({
  id,
  rpcUrls,
  rollup,
}: Pick<ChainConfig, 'id' | 'rpcUrls' | 'rollup'>): ChainState {
  const urls = rpcUrls.map((url) => url.reveal())
  return createChainState(id, createChainNodes({ chainId: id, urls, timeoutMs }), rollup)
}
