import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface RpcRequest {
  readonly id: number
  readonly method: string
  readonly params: readonly unknown[]
}

/**
 * `result` and `error` answer in JSON-RPC; `status` alone answers in plain HTTP; `hang` never
 * answers.
 */
export type RpcAnswer =
  | { readonly result: unknown }
  | {
      readonly error: { readonly code: number; readonly message: string }
      readonly status?: number
    }
  | { readonly status: number; readonly body?: string }
  | { readonly hang: true }

export interface FakeNode {
  readonly url: string
  /** Requests so far, except `eth_chainId`, which the fake node answers itself. */
  readonly asked: RpcRequest[]
  /** @default 1 */
  chainId: number
  answer: (request: RpcRequest) => RpcAnswer | Promise<RpcAnswer>
  close(): Promise<void>
}

/**
 * Starts an HTTP JSON-RPC endpoint. The test supplies every answer, so that the endpoint can fail
 * in ways that anvil cannot.
 */
export async function fakeNode(answer: FakeNode['answer']): Promise<FakeNode> {
  const server: Server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    const request = JSON.parse(Buffer.concat(chunks).toString()) as RpcRequest
    if (request.method !== 'eth_chainId') node.asked.push(request)
    const answered: RpcAnswer =
      request.method === 'eth_chainId'
        ? { result: `0x${node.chainId.toString(16)}` }
        : await node.answer(request)
    if ('hang' in answered) return
    const status = 'status' in answered ? (answered.status ?? 200) : 200
    const isRpc = 'result' in answered || 'error' in answered
    outgoing.writeHead(status, { 'content-type': isRpc ? 'application/json' : 'text/html' })
    const { status: _, ...rest } = answered as { status?: number; body?: string }
    outgoing.end(
      isRpc ? JSON.stringify({ jsonrpc: '2.0', id: request.id, ...rest }) : (rest.body ?? ''),
    )
  })
  // No limit for idle connections: a client that was busy for seconds could reuse a connection
  // while the server closes it.
  server.keepAliveTimeout = 0
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const node: FakeNode = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    chainId: 1,
    answer,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return node
}
