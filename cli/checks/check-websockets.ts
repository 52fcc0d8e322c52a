import {
  probeWebsocket,
  type WebsocketAnswer,
} from '../../adapters/viem/capabilities/probe-websocket.ts'
import type { ChainConfig } from '../../config/schema/config.ts'
import { type CheckResult, failed, passed, unreachable } from './check-result.ts'

const answerWithinMs = 5_000
const longestHeadWaitMs = 40_000

/**
 * Tries each websocket: its chain, and whether it delivers heads. A socket without a head is an
 * error only if the chain had new blocks in that time.
 * @param height of the chain over HTTP; undefined if no endpoint of `rpc` answers
 */
export async function checkWebsockets(
  chain: Pick<ChainConfig, 'id' | 'wsUrls' | 'blockTimeMs'>,
  path: string,
  height: () => Promise<bigint | undefined>,
): Promise<CheckResult[]> {
  if (chain.wsUrls.length === 0) return []
  const headWithinMs = Math.min(Math.max(chain.blockTimeMs * 3, 2_000), longestHeadWaitMs)
  const before = await height()
  const probe = { chainId: chain.id, answerWithinMs, headWithinMs }
  const answers = await Promise.all(chain.wsUrls.map((url) => probeWebsocket(url.reveal(), probe)))
  const isQuiet = answers.some((answer) => answer.kind === 'subscribed' && !answer.head)
  const after = isQuiet ? await height() : undefined
  // A single block may have come too late for the socket.
  const grew = before !== undefined && after !== undefined && after > before + 1n
  return answers.map((answer, index) =>
    judge(answer, chain.id, `${path}.ws[${index}]`, { grew, seconds: headWithinMs / 1_000 }),
  )
}

function judge(
  answer: WebsocketAnswer,
  chainId: number,
  where: string,
  { grew, seconds }: { readonly grew: boolean; readonly seconds: number },
): CheckResult {
  const polls = 'the scanner polls until then; its URL is not shown here'
  if (answer.kind === 'silent') {
    const fix = `check that the node is running and accepts websockets, or remove the entry; ${polls}`
    return unreachable(where, `websocket unavailable: ${answer.why}`, fix)
  }
  if (answer.kind === 'other-chain') {
    const what =
      answer.chainId === undefined ? 'returns no chain id' : `answers as chain ${answer.chainId}`
    return failed('chain-id', where, what, `use a node of chain ${chainId}`)
  }
  if (answer.kind === 'refused') {
    const what = `does not accept eth_subscribe newHeads: ${answer.why}`
    return failed(
      'ws-heads',
      where,
      what,
      'use an endpoint with subscriptions, or remove the entry',
    )
  }
  if (answer.head) return passed(where, `delivers the heads of chain ${chainId}`)
  if (!grew)
    return passed(
      where,
      `accepts subscriptions of chain ${chainId}; the chain had too few blocks in ${seconds} s to try the delivery`,
    )
  const what = `accepted eth_subscribe newHeads, but delivered no head in ${seconds} s while the chain had new blocks`
  return failed('ws-heads', where, what, `use another endpoint, or remove the entry; ${polls}`)
}
