import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { cannedAnswer, type Fault, type RpcAnswer, type RpcRequest } from './faults.ts'
import { createRandomFaults, type RandomFaults } from './random-faults.ts'
import { answerAsOf } from './stale-head.ts'

export interface FaultOptions {
  /** Number of requests that meet the fault. @default unlimited, until `heal` */
  readonly times?: number
  /** Only requests for which this function returns true. */
  readonly when?: (request: RpcRequest) => boolean | Promise<boolean>
}

/**
 * A JSON-RPC endpoint over HTTP in front of a real node. A test can make it fail or lie:
 *
 * ```ts
 * const proxy = await faultProxy(anvil.url) // honest
 * proxy.fault('eth_sendRawTransaction', { kind: 'break-after' }, { times: 2 })
 * proxy.fault('*', { kind: 'hang' }) // dead
 * proxy.fault('eth_getBalance', { kind: 'forge', change: forgedBalance(wallet, 0n) })
 * proxy.randomly({ seed: 7, fail: 0.05, dropAfter: 0.02 })
 * await proxy.freezeHead() // lags
 * proxy.wrongChain(1)
 * proxy.delay(300) // slow
 * proxy.heal() // honest again
 * ```
 *
 * The newest matching fault applies. If no fault matches, a random fault may apply. faults.ts
 * documents each kind, and forgeries.ts has common forgeries. The proxy supports HTTP only.
 * WebSockets, which carry only hints, connect to the node itself.
 */
export interface FaultProxy {
  readonly url: string
  /** Every request so far, in order, including requests that met a fault. */
  readonly asked: readonly RpcRequest[]
  /** Number of requests that met a fault, including random faults. */
  readonly faults: number
  /** @param method `*` for all @returns a function that removes this fault */
  fault(method: string, fault: Fault, options?: FaultOptions): () => void
  /** Replaces earlier random faults. */
  randomly(faults: RandomFaults): void
  /**
   * Hides all blocks above a height, by default above the current head. Resolves to the height.
   */
  freezeHead(height?: bigint): Promise<bigint>
  /** Answers requests for the chain id with this id. */
  wrongChain(chainId: number): void
  /** Delays every answer. */
  delay(ms: number): void
  /** Removes every fault. Requests that hang stay unanswered. */
  heal(): void
  close(): Promise<void>
}

interface Scripted {
  readonly method: string
  readonly fault: Fault
  readonly when: (request: RpcRequest) => boolean | Promise<boolean>
  left: number
}

export async function faultProxy(nodeUrl: string): Promise<FaultProxy> {
  const asked: RpcRequest[] = []
  let scripted: Scripted[] = []
  let random: ((request: RpcRequest) => Fault | undefined) | undefined
  let frozen: bigint | undefined
  let chainId: number | undefined
  let delayMs = 0
  let faults = 0

  const ask = (method: string, params: readonly unknown[]) => askNode(nodeUrl, method, params)

  const honest = async (request: RpcRequest): Promise<RpcAnswer> => {
    if (chainId !== undefined && request.method === 'eth_chainId') return { result: hex(chainId) }
    if (chainId !== undefined && request.method === 'net_version') return { result: `${chainId}` }
    return frozen === undefined
      ? await ask(request.method, request.params)
      : await answerAsOf(frozen, request, ask)
  }

  const findScripted = async (request: RpcRequest): Promise<Scripted | undefined> => {
    for (const entry of scripted.toReversed()) {
      if (entry.method !== '*' && entry.method !== request.method) continue
      // Checks `left` again, because another request may have used up the fault during `when`.
      if (entry.left > 0 && (await entry.when(request)) && entry.left > 0) {
        entry.left -= 1
        return entry
      }
    }
    return undefined
  }

  const drawFault = async (request: RpcRequest): Promise<Fault | undefined> => {
    const fault = (await findScripted(request))?.fault ?? random?.(request)
    if (fault) faults += 1
    return fault
  }

  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const request = await readRequest(incoming)
    asked.push(request)
    const fault = await drawFault(request)
    const canned = fault && cannedAnswer(fault)
    if (canned) return respond(outgoing, request, canned.answer, canned.status)
    if (fault?.kind === 'hang') return
    if (fault?.kind === 'break') return void outgoing.destroy()
    if (fault?.kind === 'raw') {
      const { body, status = 200, contentType = 'application/json' } = fault
      outgoing.writeHead(status, { 'content-type': contentType })
      return void outgoing.end(body)
    }
    if (fault?.kind === 'answer') {
      return respond(outgoing, request, await fault.give(request, ask))
    }
    const answer = await honest(request)
    if (delayMs > 0) await sleep(delayMs)
    if (fault?.kind === 'hang-after') return
    if (fault?.kind === 'break-after') return void outgoing.destroy()
    if (fault?.kind === 'forge' && !answer.error) {
      return respond(outgoing, request, { result: fault.change(answer.result ?? null, request) })
    }
    respond(outgoing, request, answer)
  }

  const server = createServer((incoming, outgoing) => {
    // The node is down or the client has disconnected. The connection breaks, as without a proxy.
    serve(incoming, outgoing).catch(() => outgoing.destroy())
  })
  // No limit for idle connections: a client that was busy for seconds could reuse a connection
  // while the server closes it.
  server.keepAliveTimeout = 0
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    get faults() {
      return faults
    },
    fault(method, fault, { times = Number.POSITIVE_INFINITY, when = () => true } = {}) {
      const entry: Scripted = { method, fault, when, left: times }
      scripted.push(entry)
      return () => {
        scripted = scripted.filter((other) => other !== entry)
      }
    },
    randomly(rates) {
      random = createRandomFaults(rates)
    },
    async freezeHead(height) {
      frozen = height ?? BigInt((await ask('eth_blockNumber', [])).result as string)
      return frozen
    },
    wrongChain(id) {
      chainId = id
    },
    delay(ms) {
      delayMs = ms
    },
    heal() {
      delayMs = 0
      scripted = []
      random = undefined
      frozen = undefined
      chainId = undefined
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function readRequest(incoming: IncomingMessage): Promise<RpcRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const { id, method, params = [] } = JSON.parse(Buffer.concat(chunks).toString())
  const by = incoming.url?.slice(1) ?? ''
  return { id, method, params, ...(by ? { by } : {}) }
}

function respond(
  outgoing: ServerResponse,
  { id }: RpcRequest,
  answer: RpcAnswer | undefined,
  status = 200,
): void {
  outgoing.writeHead(status, { 'content-type': answer ? 'application/json' : 'text/plain' })
  outgoing.end(answer ? JSON.stringify({ jsonrpc: '2.0', id, ...answer }) : '')
}

async function askNode(
  url: string,
  method: string,
  params: readonly unknown[],
): Promise<RpcAnswer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  })
  const { result, error } = (await response.json()) as RpcAnswer
  return error ? { error } : { result: result ?? null }
}

function hex(value: number): string {
  return `0x${value.toString(16)}`
}
