import { createPublicClient, webSocket } from 'viem'
import type { NewHeads } from '../../domain/chains/nodes/chain-reader.ts'
import { withoutSecrets } from '../../domain/errors.ts'
import type { Log } from '../../domain/process.ts'
import { createBackoff } from '../../runtime/backoff.ts'
import { sleep } from '../../runtime/sleep.ts'
import { translateChainError } from './node-errors/translate-chain-error.ts'
import { isJsonObject } from './transport/pruning.ts'

export interface NewHeadsOptions {
  /** WebSocket endpoints; each is listened to. */
  readonly urls: readonly string[]
  readonly log: Log
  /** First pause before a lost socket is opened again; it doubles up to 30 s. @default 500 */
  readonly retryMs?: number
  /**
   * A socket that is silent for so long is taken for dead, half-open ones say nothing either.
   * @default 60_000
   */
  readonly silenceMs?: number
}

/**
 * Hints from `eth_subscribe newHeads` of every endpoint. The content of a head is not looked at: a
 * socket may lie, lag or fall silent, and all that costs is the time to the next poll. A socket
 * that is lost is opened again for ever.
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
    if (why === undefined)
      log.info({}, 'the WebSocket was lost or silent: polls go on, it is opened again')
    else log.warn({ why, pauseMs }, 'no WebSocket: polls go on, it is tried again')
    await sleep(pauseMs, closing)
  }
}

/**
 * viem rejects with what the endpoint sent as error, which may be any JSON, and with events of the
 * socket.
 */
function saidBy(error: unknown): string {
  const translated = translateChainError(error)
  if (typeof translated === 'string') return withoutSecrets(translated)
  const message = isJsonObject(translated) ? translated['message'] : undefined
  return typeof message === 'string' && message !== '' ? withoutSecrets(message) : 'no reason given'
}

/**
 * Resolves when the socket is lost, silent for too long, or `closing` fires. Throws when it can't
 * be opened.
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
    // Not awaited: a connection attempt may hang. Also where no subscription came about: viem would
    // use the socket again.
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
  // viem's reconnecting does not subscribe again: off.
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
