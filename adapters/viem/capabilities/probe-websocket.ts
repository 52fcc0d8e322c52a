import { createPublicClient, hexToNumber, isHex, webSocket } from 'viem'
import { withoutSecrets } from '../../../domain/errors.ts'
import { withTimeout } from '../../../runtime/timeout.ts'
import { translateChainError } from '../node-errors/translate-chain-error.ts'
import { isJsonObject } from '../transport/pruning.ts'

/** The answer of a websocket endpoint to a try. */
export type WebsocketAnswer =
  | { readonly kind: 'silent'; readonly why: string }
  | { readonly kind: 'other-chain'; readonly chainId: number | undefined }
  | { readonly kind: 'refused'; readonly why: string }
  /** The subscription was acknowledged; `head` says whether a head arrived in time. */
  | { readonly kind: 'subscribed'; readonly head: boolean }

export interface WebsocketProbe {
  readonly chainId: number
  /** Time for the connection and for each answer. */
  readonly answerWithinMs: number
  /** Time to wait for a head after the acknowledgement. */
  readonly headWithinMs: number
}

/** Connects, asks for the chain id, and subscribes to new heads. Never throws. */
export async function probeWebsocket(url: string, probe: WebsocketProbe): Promise<WebsocketAnswer> {
  const { answerWithinMs, chainId } = probe
  const transport = webSocket(url, { reconnect: false, retryCount: 0, timeout: answerWithinMs })
  const { transport: socket } = createPublicClient({ transport })
  const late = () => new Error(`no answer within ${answerWithinMs / 1_000} s`)
  const ask = <T>(work: Promise<T>) => withTimeout(work, answerWithinMs, late)
  const opening = socket.getRpcClient()
  try {
    const answer: unknown = await ask(opening.then(() => socket.request({ method: 'eth_chainId' })))
    const id = isHex(answer) ? hexToNumber(answer) : undefined
    if (id !== chainId) return { kind: 'other-chain', chainId: id }
  } catch (error) {
    closeWhenOpen(opening)
    return { kind: 'silent', why: saidBy(error) }
  }
  const rpc = await opening
  try {
    let arrived = () => {}
    const head = new Promise<void>((resolve) => {
      arrived = resolve
    })
    const onData = () => arrived()
    await ask(socket.subscribe({ params: ['newHeads'], onData, onError: () => {} }))
    const isLate = () => new Error('no head')
    const came = await withTimeout(head, probe.headWithinMs, isLate).then(
      () => true,
      () => false,
    )
    return { kind: 'subscribed', head: came }
  } catch (error) {
    return { kind: 'refused', why: saidBy(error) }
  } finally {
    rpc.close()
  }
}

function closeWhenOpen(opening: Promise<{ close(): void }>): void {
  opening.then((rpc) => rpc.close()).catch(() => {})
}

/** viem rejects with the endpoint's own error, which may be any JSON, and with socket events. */
function saidBy(error: unknown): string {
  const translated = translateChainError(error)
  const message = isJsonObject(translated) ? translated['message'] : undefined
  const words = typeof translated === 'string' ? translated : message
  return typeof words === 'string' && words !== '' ? withoutSecrets(words) : 'no reason given'
}
