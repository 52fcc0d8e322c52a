import { createPublicClient, type PublicClient } from 'viem'
import { ChainRefused, ChainUnreachable, WrongChain } from '../../domain/errors.ts'
import { translateChainError } from './node-errors/translate-chain-error.ts'
import { type NodeTransportOptions, nodeTransport } from './transport/node-transport.ts'

export function createNodeClient(options: NodeTransportOptions): PublicClient {
  return createPublicClient({ transport: nodeTransport(options), cacheTime: 0 })
}

export interface ChainNodesOptions {
  /**
   * Each endpoint is asked for its chain id before its first use. An endpoint of another chain is
   * never used (`WrongChain`).
   */
  readonly chainId: number
  /** HTTP endpoints in order of preference, at least one. */
  readonly urls: readonly string[]
  /** Position of the first URL in the chain's `rpc`, shown in errors. @default 1 */
  readonly firstNumber?: number
  /** @default 10_000 */
  readonly timeoutMs?: number
  /** How long a fallback endpoint is used before the first one is tried again. @default 60_000 */
  readonly comeBackMs?: number
  /** Called for each answer that is not JSON-RPC. */
  readonly onUnusable?: (() => void) | undefined
  /** @default Date.now */
  readonly now?: () => number
}

/**
 * The endpoints of one chain. One endpoint is used until it fails or a caller moves on. Then the
 * next endpoint is used, and after `comeBackMs` the first again. viem's own `fallback` is not used:
 * it chooses an endpoint for each request, so two nodes could answer about one range of blocks, and
 * it never notices a node that lags.
 */
export interface ChainNodes {
  /**
   * Asks the node in use. If that node is unreachable, or its plan excludes the request, each other
   * node is asked once. Errors become `ChainUnreachable` or `ChainRefused`; errors that `work`
   * itself throws pass unchanged. `work` must be safe to repeat.
   */
  ask<T>(work: (client: PublicClient) => Promise<T>): Promise<T>
  /**
   * Asks only the node with the index `pin`. Calls with the same index are answered by one node, so
   * that their answers agree.
   */
  askPinned<T>(pin: number, work: (client: PublicClient) => Promise<T>): Promise<T>
  /** Index of the node in use, for `askPinned`. */
  pin(): number
  /**
   * Switches to the next node when the pinned node answers badly (it lags, it omitted logs).
   */
  moveOn(pin: number): void
  readonly count: number
  /**
   * Asks every endpoint for its chain id. Returns each endpoint's error, or undefined if it
   * serves the right chain.
   */
  check(): Promise<readonly (Error | undefined)[]>
}

export function createChainNodes(options: ChainNodesOptions): ChainNodes {
  const { urls, firstNumber = 1, timeoutMs = 10_000, comeBackMs = 60_000, now = Date.now } = options
  const { onUnusable } = options
  const clients = urls.map((url) => createNodeClient({ url, timeoutMs, onUnusable }))
  const checked = new Set<number>()
  let current = 0
  let leftFirstAt = 0

  const moveOn = (from: number) => {
    if (from !== current) return
    current = (current + 1) % clients.length
    leftFirstAt = now()
  }
  const pin = () => {
    if (current !== 0 && now() - leftFirstAt >= comeBackMs) current = 0
    return current
  }
  const checkedClient = async (index: number): Promise<PublicClient> => {
    const client = clients[index]
    if (!client) throw new Error(`no rpc endpoint ${index}: the chain's configuration has none`)
    if (checked.has(index)) return client
    const id = await client.getChainId()
    if (id !== options.chainId) {
      throw new WrongChain(
        `rpc endpoint ${index + firstNumber} of chain ${options.chainId} serves chain ${id}: fix chains[].rpc in coldsweep.yaml`,
      )
    }
    checked.add(index)
    return client
  }
  const askPinned = async <T>(index: number, work: (client: PublicClient) => Promise<T>) => {
    try {
      return await work(await checkedClient(index))
    } catch (error) {
      const translated = translateChainError(error)
      if (isNodeError(translated)) moveOn(index)
      throw translated
    }
  }

  return {
    count: clients.length,
    pin,
    moveOn,
    askPinned,
    async ask(work) {
      for (let tries = 1; ; tries += 1) {
        try {
          return await askPinned(pin(), work)
        } catch (error) {
          if (!isNodeError(error) || tries >= clients.length) throw error
        }
      }
    },
    check: () =>
      Promise.all(
        clients.map((_, index) =>
          checkedClient(index).then(
            () => undefined,
            (error) => translateChainError(error) as Error,
          ),
        ),
      ),
  }
}

function isNodeError(error: unknown): boolean {
  if (error instanceof ChainRefused) return error.outsidePlan
  return error instanceof ChainUnreachable || error instanceof WrongChain
}
