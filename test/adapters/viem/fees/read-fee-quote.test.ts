import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createChainState } from '../../../../adapters/viem/chain-state.ts'
import { createChainNodes } from '../../../../adapters/viem/client.ts'
import type { ChainState } from '../../../../domain/chains/nodes/chain-state.ts'
import { aHash } from '../../../harness/factories/a-transaction.ts'
import { type FakeNode, fakeNode, type RpcAnswer } from '../../../harness/proxies/fake-node.ts'

const block = { number: '0x7', hash: aHash(), timestamp: '0x1', transactions: [] }
const refused = (code: number, message: string): RpcAnswer => ({ error: { code, message } })
const unknown = refused(-32601, 'the method does not exist/is not available')

/**
 * By default, the fake node has a base fee of 5 wei and a gas price of 9 wei, suggests a tip of 2
 * wei, and its fee history has a median tip of 3 wei.
 */
describe('feeQuote, the current gas prices of a node', () => {
  let node: FakeNode
  let state: ChainState
  let answers: Partial<Record<string, RpcAnswer>>
  beforeEach(async () => {
    answers = {}
    const usual: Record<string, RpcAnswer> = {
      eth_getBlockByNumber: { result: { ...block, baseFeePerGas: '0x5' } },
      eth_gasPrice: { result: '0x9' },
      eth_maxPriorityFeePerGas: { result: '0x2' },
      eth_feeHistory: {
        result: {
          gasUsedRatio: [0.5, 0, 0.4, 0.1],
          reward: [['0x3'], ['0x0'], ['0x3'], ['0x1f']],
        },
      },
    }
    node = await fakeNode(({ method }) => answers[method] ?? usual[method] ?? { result: null })
    state = createChainState(1, createChainNodes({ chainId: 1, urls: [node.url] }))
  })
  afterEach(() => node.close())
  const asked = () => node.asked.map(({ method }) => method)

  it('requests no fee history if the node suggests a tip', async () => {
    expect(await state.feeQuote()).toEqual({
      blockNumber: 7n,
      baseFeeWei: 5n,
      gasPriceWei: 9n,
      priorityFeeWei: 2n,
    })
    expect(asked()).not.toContain('eth_feeHistory')
  })

  it.each<[string, RpcAnswer]>([
    ['-32601', unknown],
    ['-32004', refused(-32004, 'unsupported')],
    ['-32000 and a text', refused(-32000, 'Method eth_maxPriorityFeePerGas not supported.')],
    ['-32600 and a text', refused(-32600, 'Unsupported method: eth_maxPriorityFeePerGas')],
    ['a text of its own', refused(-32000, 'this chain has no tips')],
    ['an internal error', refused(-32603, 'Internal error')],
    ['an invalid request', refused(-32600, 'invalid request')],
    ['HTTP 405', { status: 405, body: 'Method Not Allowed' }],
    ['HTTP 403', { status: 403, body: 'eth_maxPriorityFeePerGas is not whitelisted' }],
    ['0x (hiero relay)', { result: '0x' }],
    ['null', { result: null }],
    ['an empty text', { result: '' }],
    ['-32002 and a text', refused(-32002, 'Method not supported')],
  ])('uses the median tip of recent blocks if the tip is refused with %s', async (_, answer) => {
    answers['eth_maxPriorityFeePerGas'] = answer
    expect(await state.feeQuote()).toMatchObject({ priorityFeeWei: 3n })
  })

  it.each<[string, RpcAnswer]>([
    ['a rate limit', refused(-32005, 'limit exceeded')],
    ['a rate limit in a text', refused(-32000, 'rate limit reached, retry in 10s')],
    ['overload', refused(-32603, 'server is busy')],
    ['HTTP 429', { status: 429 }],
    ['HTTP 503', { status: 503 }],
    ['HTTP 504', { status: 504, body: 'Gateway Time-out' }],
  ])('throws, without estimating a tip, if the tip request fails by %s', async (_, answer) => {
    answers['eth_maxPriorityFeePerGas'] = answer
    await expect(state.feeQuote()).rejects.toMatchObject({
      name: expect.stringMatching(/^Chain(Refused|Unreachable)$/),
    })
    expect(asked()).not.toContain('eth_feeHistory')
  })

  it.each<[string, RpcAnswer]>([
    ['an unknown method', unknown],
    ['without rewards', { result: { gasUsedRatio: [0.5], reward: null } }],
    ['of empty blocks only', { result: { gasUsedRatio: [0, 0], reward: [['0x0'], ['0x0']] } }],
    ['null', { result: null }],
  ])(
    'uses gas price minus base fee, at least 1,000,000 wei, as the tip if the node suggests no tip and its history is %s',
    async (_, answer) => {
      answers['eth_maxPriorityFeePerGas'] = unknown
      answers['eth_feeHistory'] = answer
      expect(await state.feeQuote()).toMatchObject({ priorityFeeWei: 1_000_000n })
      answers['eth_gasPrice'] = { result: '0x3b9aca05' }
      expect(await state.feeQuote()).toMatchObject({ priorityFeeWei: 1_000_000_000n })
    },
  )

  it('throws if the history request hits a rate limit', async () => {
    answers['eth_maxPriorityFeePerGas'] = unknown
    answers['eth_feeHistory'] = refused(-32005, 'limit exceeded')
    await expect(state.feeQuote()).rejects.toMatchObject({ name: 'ChainRefused' })
  })

  it('uses base fee plus tip as the gas price if the node refuses the gas price', async () => {
    answers['eth_gasPrice'] = unknown
    expect(await state.feeQuote()).toMatchObject({ gasPriceWei: 7n, priorityFeeWei: 2n })
    answers['eth_gasPrice'] = refused(-32005, 'limit exceeded')
    await expect(state.feeQuote()).rejects.toMatchObject({ name: 'ChainRefused' })
  })

  it('requires a gas price, but no tip, on a chain without a base fee', async () => {
    answers['eth_getBlockByNumber'] = { result: block }
    for (const tip of [unknown, { status: 503 }]) {
      answers['eth_maxPriorityFeePerGas'] = tip
      expect(await state.feeQuote()).toMatchObject({ gasPriceWei: 9n, priorityFeeWei: 0n })
    }
    answers['eth_gasPrice'] = unknown
    await expect(state.feeQuote()).rejects.toMatchObject({ name: 'ChainRefused' })
  })

  it.each<[string, unknown, unknown]>([
    ['decimal strings', '31', '10'],
    ['JSON numbers', 31, 10],
    ['hex with digits in upper case', '0x1F', '0xA'],
  ])('reads prices that come as %s', async (_, gasPrice, tip) => {
    answers['eth_gasPrice'] = { result: gasPrice }
    answers['eth_maxPriorityFeePerGas'] = { result: tip }
    expect(await state.feeQuote()).toMatchObject({ gasPriceWei: 31n, priorityFeeWei: 10n })
  })

  it.each<[string, unknown, bigint]>([
    ['a JSON number', 5, 5n],
    ['a JSON number 0', 0, 0n],
    ['0x0', '0x0', 0n],
    ['a decimal string', '5', 5n],
  ])('reads a base fee that is %s', async (_, baseFeePerGas, wei) => {
    answers['eth_getBlockByNumber'] = { result: { ...block, baseFeePerGas } }
    expect(await state.feeQuote()).toMatchObject({ baseFeeWei: wei, priorityFeeWei: 2n })
  })

  it('reads only number and base fee of the block', async () => {
    const odd = { difficulty: '0x', size: '0x', timestamp: '', gasLimit: null, nonce: {} }
    const result = { ...block, ...odd, baseFeePerGas: '0x5' }
    answers['eth_getBlockByNumber'] = { result }
    expect(await state.feeQuote()).toMatchObject({ blockNumber: 7n, baseFeeWei: 5n })
  })

  it('throws ChainRefused if the node has no newest block', async () => {
    answers['eth_getBlockByNumber'] = { result: null }
    await expect(state.feeQuote()).rejects.toMatchObject({ name: 'ChainRefused' })
  })

  const notJsonRpc: RpcAnswer = { status: 200, body: '{"message":"method not allowed"}' }
  it.each<[string, string, RpcAnswer, object]>([
    ['a tip', 'eth_maxPriorityFeePerGas', notJsonRpc, { priorityFeeWei: 3n }],
    ['a tip', 'eth_maxPriorityFeePerGas', { status: 503 }, { priorityFeeWei: 3n }],
    ['a tip', 'eth_maxPriorityFeePerGas', { hang: true }, { priorityFeeWei: 3n }],
    ['a gas price', 'eth_gasPrice', notJsonRpc, { gasPriceWei: 7n, priorityFeeWei: 2n }],
  ])(
    'replaces %s by a calculated value from the third failure on if other requests succeed (%s: %j)',
    async (_, method, answer, quote) => {
      const nodes = createChainNodes({ chainId: 1, urls: [node.url], timeoutMs: 300 })
      state = createChainState(1, nodes)
      answers[method] = answer
      for (let n = 0; n < 2; n += 1)
        await expect(state.feeQuote()).rejects.toMatchObject({ name: 'ChainUnreachable' })
      for (let n = 0; n < 2; n += 1) expect(await state.feeQuote()).toMatchObject(quote)
      delete answers[method]
      expect(await state.feeQuote()).toMatchObject({ gasPriceWei: 9n, priorityFeeWei: 2n })
      answers[method] = answer
      await expect(state.feeQuote()).rejects.toMatchObject({ name: 'ChainUnreachable' })
    },
  )

  it('throws ChainUnreachable if all price requests fail, even at the fifth try', async () => {
    answers['eth_gasPrice'] = { status: 503 }
    answers['eth_maxPriorityFeePerGas'] = { status: 503 }
    for (let n = 0; n < 5; n += 1)
      await expect(state.feeQuote()).rejects.toMatchObject({ name: 'ChainUnreachable' })
  })

  it('does without the fee history from its third failure on if other requests succeed', async () => {
    answers['eth_maxPriorityFeePerGas'] = unknown
    answers['eth_feeHistory'] = { status: 503 }
    for (let n = 0; n < 2; n += 1)
      await expect(state.feeQuote()).rejects.toMatchObject({ name: 'ChainUnreachable' })
    expect(await state.feeQuote()).toMatchObject({ priorityFeeWei: 1_000_000n })
  })
})
