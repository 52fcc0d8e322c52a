import type { RpcRequest } from './faults.ts'

/**
 * Returns the shape of a JSON-RPC request: the request without its values, for example
 * `eth_getBalance(address, {blockHash})`. A node that answers one request of a shape has the method
 * and accepts parameters of that form.
 */
export function questionShape({ method, params }: RpcRequest): string {
  return `${method}(${params.map((param) => shapeOf(param, method)).join(', ')})`
}

function shapeOf(param: unknown, method: string): string {
  if (typeof param === 'boolean') return String(param)
  if (method === 'eth_sendRawTransaction') return 'bytes'
  if (typeof param === 'string') return shapeOfText(param)
  if (param === null || typeof param !== 'object') return typeof param
  if (method === 'eth_call' || method === 'eth_estimateGas') {
    if ('to' in param) return 'call'
  }
  if (method === 'eth_getLogs') return shapeOfFilter(param)
  return `{${Object.keys(param).sort().join(', ')}}`
}

function shapeOfText(text: string): string {
  if (/^0x[0-9a-f]{64}$/i.test(text)) return 'hash'
  if (/^0x[0-9a-f]{40}$/i.test(text)) return 'address'
  if (/^0x[0-9a-f]{1,16}$/i.test(text)) return 'height'
  return text.startsWith('0x') ? 'bytes' : text
}

/** Shows the number of topics. A filter for recipients has a third topic. */
function shapeOfFilter(filter: object): string {
  const { topics = [] } = filter as { topics?: readonly unknown[] }
  const keys = Object.keys(filter).filter((key) => key !== 'topics')
  return `{${[...keys, `topics: ${topics.length}`].sort().join(', ')}}`
}
