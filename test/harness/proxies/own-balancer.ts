import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { RpcAnswer, RpcRequest } from './faults.ts'
import { answerAsOf } from './stale-head.ts'

export interface OwnBalancer {
  readonly url: string
  close(): Promise<void>
}

/** Imitates, on one node, a load balancer over several honest nodes at different heights. */
export async function ownBalancer(
  nodeUrl: string,
  options: {
    /** Number of blocks by which the node that gets this request lags. */
    readonly lagOf?: (request: RpcRequest) => number
    /** Changes an answer on its way to the client. */
    readonly change?: (request: RpcRequest, answer: RpcAnswer) => RpcAnswer
  },
): Promise<OwnBalancer> {
  const { lagOf = () => 0, change = (_, answer) => answer } = options
  const ask = async (method: string, params: readonly unknown[]): Promise<RpcAnswer> => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(nodeUrl, { method: 'POST', headers, body })
    const { result, error } = (await response.json()) as RpcAnswer
    return error ? { error } : { result: result ?? null }
  }
  async function answer(request: RpcRequest): Promise<RpcAnswer> {
    const lag = BigInt(lagOf(request))
    if (lag === 0n) return ask(request.method, request.params)
    const head = BigInt((await ask('eth_blockNumber', [])).result as string)
    const told = await answerAsOf(head > lag ? head - lag : 0n, request, ask)
    // Some nodes return [] for the logs of a block that they lack.
    return request.method === 'eth_getLogs' && told.error ? { result: [] } : told
  }
  const server = createServer(async (incoming, outgoing) => {
    try {
      const chunks: Buffer[] = []
      for await (const chunk of incoming) chunks.push(chunk as Buffer)
      const { id, method, params = [] } = JSON.parse(Buffer.concat(chunks).toString())
      const request = { id, method, params }
      const told = change(request, await answer(request))
      outgoing.writeHead(200, { 'content-type': 'application/json' })
      outgoing.end(JSON.stringify({ jsonrpc: '2.0', id, ...told }))
    } catch {
      outgoing.destroy()
    }
  })
  // No limit for idle connections: a client that was busy for seconds could reuse a connection
  // while the server closes it.
  server.keepAliveTimeout = 0
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
