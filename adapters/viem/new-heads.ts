import { createPublicClient, webSocket } from 'viem'
import type { NewHeads } from '../../domain/chains/nodes/chain-reader.ts'
import { withoutSecrets } from '../../domain/errors.ts'
import type { Log } from '../../domain/process.ts'
import { createBackoff } from '../../runtime/backoff.ts'
import { sleep } from '../../runtime/sleep.ts'
import { translateChainError } from './node-errors/translate-chain-error.ts'
import { isJsonObject } from './transport/pruning.ts'

export interface NewHeadsOptions {
  /** WebSocket endpoints. The hints of all endpoints are used. */
  readonly urls: readonly string[]
  readonly log: Log
  /** First delay before a lost socket is reopened; it doubles up to 30 s. @default 500 */
  readonly retryMs?: number
  /**
   * A socket without a message for this long counts as dead, because a half-open socket is silent.
   * @default 60_000
   */
  readonly silenceMs?: number
}

/**
 * Subscribes to `newHeads` of every endpoint, and calls `onHint` at each head, so that the caller
 * polls sooner. The content of a head is ignored, so a socket that sends wrong or late heads, or
 * none, costs only the time to the next poll. A lost socket is reopened, however often it fails.
 */
export function createNewHeads(options: NewHeadsOptions): NewHeads {
  return {
    watch(onHint) {
      const closing = new AbortController()
      const sockets = options.urls.map((url, i) => {
        const log = options.log.child({ endpoint: i + 1 })
        return listen(
          url,
          { retryMs: 500, silenceMs: 60_000, ...options, log },
          onHint,
          closing.signal,
        )
      })
      return {
        async close() {
          closing.abort()
          await Promise.all(sockets)
        },
      }
    },
  }
}

const longestPauseMs = 30_000

async function listen(
  url: string,
  { log, retryMs, silenceMs }: Required<Omit<NewHeadsOptions, 'urls'>>,
  onHint: () => void,
  closing: AbortSignal,
): Promise<void> {
  const backoff = createBackoff(retryMs, longestPauseMs)
  while (!closing.aborted) {
    let why: string | undefined
    try {
      await listenUntilLost(url, silenceMs, closing, () => {
        backoff.reset()
        onHint()
      })
      if (closing.aborted) return
    } catch (error) {
      why = saidBy(error)
    }
    const pauseMs = backoff.nextMs()
    if (why === undefined) log.info({}, 'websocket lost or silent; polling, will reconnect')
    else log.warn({ why, pauseMs }, 'websocket unavailable; polling, will reconnect')
    await sleep(pauseMs, closing)
  }
}

/**
 * Returns the text of an error. viem may reject with any JSON that the endpoint sent as its error,
 * or with an event of the socket.
 */
function saidBy(error: unknown): string {
  const translated = translateChainError(error)
  if (typeof translated === 'string') return withoutSecrets(translated)
  const message = isJsonObject(translated) ? translated['message'] : undefined
  return typeof message === 'string' && message !== '' ? withoutSecrets(message) : 'no reason given'
}

/**
 * Resolves when the socket is lost or silent for too long, or when `closing` fires. Rejects when
 * the socket can't be opened.
 */
async function listenUntilLost(
  url: string,
  silenceMs: number,
  closing: AbortSignal,
  onHead: () => void,
): Promise<void> {
  let lost = () => {}
  const ended = new Promise<void>((resolve) => {
    lost = resolve
  })
  let silence: NodeJS.Timeout | undefined
  const hear = () => {
    clearTimeout(silence)
    silence = setTimeout(lost, silenceMs)
  }
  hear()
  const heard = () => {
    hear()
    onHead()
  }
  closing.addEventListener('abort', lost, { once: true })
  const giveUp = new AbortController()
  const opened = subscribe(url, { lost, onHead: heard, givenUp: giveUp.signal })
  try {
    await Promise.race([ended, opened.then(() => ended)])
  } finally {
    clearTimeout(silence)
    closing.removeEventListener('abort', lost)
    // The close is not awaited, because a connection attempt may hang. The socket is also closed
    // if the subscription failed, because viem would reuse an open socket.
    giveUp.abort()
    opened.catch(() => {})
  }
}

async function subscribe(
  url: string,
  on: {
    readonly lost: () => void
    readonly onHead: () => void
    readonly givenUp: AbortSignal
  },
): Promise<void> {
  // viem's reconnect is off, because viem does not resubscribe afterwards.
  const transport = webSocket(url, { reconnect: false, retryCount: 0, timeout: 10_000 })
  const client = createPublicClient({ transport })
  const rpc = await client.transport.getRpcClient()
  if (on.givenUp.aborted) return rpc.close()
  on.givenUp.addEventListener('abort', () => rpc.close(), { once: true })
  rpc.socket.addEventListener('close', on.lost, { once: true })
  rpc.socket.addEventListener('error', on.lost, { once: true })
  try {
    const { onHead, lost } = on
    await client.transport.subscribe({ params: ['newHeads'], onData: onHead, onError: lost })
  } catch (error) {
    rpc.close()
    throw error
  }
}
