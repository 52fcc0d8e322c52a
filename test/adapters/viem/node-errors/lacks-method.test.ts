import { describe, expect, it } from 'vitest'
import { lacksMethod } from '../../../../adapters/viem/node-errors/lacks-method.ts'

type Row = [name: string, code: number | undefined, message: string, status?: number]

const lacks: Row[] = [
  ['geth', -32601, 'the method eth_x does not exist/is not available'],
  ['JSON-RPC', -32601, 'Method not found'],
  ['JSON-RPC, another text', -32601, 'no'],
  ['EIP-1474', -32004, 'Method not supported'],
  ['EIP-1474, another text', -32004, 'unsupported'],
  ['Hiero relay', -32601, '[Request ID: 7f2] Unsupported JSON-RPC method'],
  ['Hiero relay, as -32600', -32600, 'Unsupported method: eth_maxPriorityFeePerGas'],
  ['Ganache', -32000, 'Method eth_maxPriorityFeePerGas not supported.'],
  ['Sei', -32000, 'the method eth_maxPriorityFeePerGas does not exist/is not available'],
  ['a server error', -32000, 'eth_maxPriorityFeePerGas is not available'],
  ['an internal error', -32603, 'method debug_traceBlockByHash is not whitelisted'],
  ['an invalid request', -32600, 'Method debug_traceBlockByHash is disabled'],
  [
    'a free plan',
    -32600,
    'debug_traceBlockByHash is not available on the Free tier - upgrade to Pay As You Go',
  ],
  ['a provider', -32000, 'unknown method'],
  ['a provider that names the method', -32600, 'unsupported method: trace_block'],
  ['a namespace', -32000, 'namespace debug is not enabled'],
  ['a module', -32000, 'The debug module is not enabled'],
  ['a proxy', -32601, 'rpc method is not whitelisted'],
  ['a proxy, blocked', -32000, 'the method trace_block is blocked'],
  ['Besu', -32604, 'Method not enabled'],
  ['no such method', -32000, 'no such method'],
  ['not implemented', -32000, 'Not implemented'],
  ['not implemented, with the method’s name', -32000, 'eth_feeHistory is not implemented'],
  ['not yet supported', -32000, 'eth_feeHistory is not yet supported'],
  ['a chain without the method', -32000, 'this chain does not support eth_maxPriorityFeePerGas'],
  ['a plan without the method', -32600, 'you do not have access to method trace_block'],
  ['HTTP 405', undefined, 'Method Not Allowed', 405],
  ['HTTP 404', undefined, '{"message":"method eth_x not found"}', 404],
  ['HTTP 403', undefined, 'method debug_traceBlockByHash is not allowed', 403],
  ['HTTP 403 with JSON-RPC', -32601, 'the method debug_x does not exist', 403],
  ['routeme, as a passing code', -32002, 'Method not supported'],
  ['a limit code', -32005, 'the method trace_block does not exist/is not available'],
  ['disabled tracing', -32000, 'tracing is disabled'],
  ['trace requests', -32000, 'trace requests are not supported'],
  ['an allowlist', -32000, 'Unauthorized method'],
  ['an allowlist, with the method’s name', -32000, 'Unauthorized method: debug_traceBlockByHash'],
  ['a proxy’s allowlist', -32000, 'method debug_traceBlockByHash is unauthorized'],
  ['a custom tracer', -32000, 'Custom tracer is not allowed'],
  [
    'Chainstack',
    -32002,
    'Archive, Debug and Trace requests are not available on your current plan.',
    403,
  ],
  ['HTTP 501', undefined, 'Not Implemented', 501],
]

const has: Row[] = [
  ['a rate limit', -32005, 'limit exceeded'],
  ['a rate limit of the method', -32000, 'method eth_x is not available: rate limit exceeded'],
  ['a rate limit as -32601', -32601, 'rate limit exceeded'],
  ['a time-out', -32000, 'method handler timed out'],
  ['a time-out as -32004', -32004, 'request timeout'],
  ['overload', -32603, 'method eth_x is temporarily unavailable'],
  ['maintenance', -32000, 'eth_x is disabled during maintenance'],
  ['a syncing node', -32000, 'method not available while syncing'],
  ['an internal error', -32603, 'Internal error'],
  ['a crashed handler', -32603, 'method handler crashed'],
  ['a missing block', -32000, 'header not found'],
  ['a missing block, -32001', -32001, 'block not found'],
  ['a missing block, -32004', -32004, 'Block not found'],
  ['a missing transaction', -32000, 'transaction not found'],
  ['a missing account', -32000, 'account does not exist'],
  ['missing state', -32000, 'state is not available'],
  ['bad parameters', -32602, 'method parameters not supported: tracer'],
  ['a missing tracer', -32000, 'invalid argument 1: unknown field'],
  ['a block parameter', -32602, 'method eth_estimateGas: block parameter not supported'],
  ['a revert', 3, 'execution reverted: method not found'],
  ['a revert of an older node', -32000, 'execution reverted: Method not supported'],
  ['HTTP 404 for a path', undefined, 'Not Found', 404],
  ['HTTP 403 for an API key', undefined, 'invalid api key', 403],
  ['HTTP 429', -32601, 'method not found', 429],
  ['HTTP 502', undefined, 'method not supported', 502],
  ['HTTP 503', undefined, 'Service Unavailable', 503],
  ['an empty text', -32000, ''],
  ['a rate limit, -32002', -32002, 'method not available: too many requests'],
  ['an unavailable resource', -32002, 'Requested resource not available'],
  ['a trace of an old block', -32000, 'tracing is not available for this block'],
  ['an unknown trace', -32000, 'trace not found'],
  ['HTTP 401 for an API key', -32000, 'Unauthorized: invalid api_key', 401],
  [
    'a refused archive request',
    -32602,
    'Archive requests require a personal token. Get one at: <url>',
    403,
  ],
]

describe('lacksMethod: does the error mean that the node lacks the method?', () => {
  it.each(lacks)('%s: yes (%s %s)', (_, code, message, status) => {
    expect(lacksMethod({ code, message, status })).toBe(true)
  })

  it.each(has)('%s: no (%s %s)', (_, code, message, status) => {
    expect(lacksMethod({ code, message, status })).toBe(false)
  })
})
