import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createChainState } from '../../../../adapters/viem/chain-state.ts'
import { createChainNodes } from '../../../../adapters/viem/client.ts'
import type { ChainState } from '../../../../domain/ports/chain-state.ts'
import { aHash } from '../../../parts/a-transaction.ts'
import { type FakeNode, fakeNode, type RpcAnswer } from '../../../parts/fake-node.ts'

const block = { number: '0x7', hash: aHash(), timestamp: '0x1', transactions: [] }
const refused = (code: number, message: string): RpcAnswer => ({ error: { code, message } })
const unknown = refused(-32601, 'the method does not exist/is not available')

/** Base fee 5, gas price 9, and 20 recent blocks that were paid a tip of 3, unless told otherwise. */
describe('the price of gas', () => {
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

  it('asks for no history where the node names a tip', async () => {
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
    ['-32000 in words', refused(-32000, 'Method eth_maxPriorityFeePerGas not supported.')],
    ['-32600 in words', refused(-32600, 'Unsupported method: eth_maxPriorityFeePerGas')],
    ['words of its own', refused(-32000, 'this chain has no tips')],
    ['an internal error', refused(-32603, 'Internal error')],
    ['bad request', refused(-32600, 'invalid request')],
    ['HTTP 405', { status: 405, body: 'Method Not Allowed' }],
    ['HTTP 403', { status: 403, body: 'eth_maxPriorityFeePerGas is not whitelisted' }],
    ['0x (hiero relay)', { result: '0x' }],
    ['null', { result: null }],
    ['a number', { result: 2 }],
  ])('a tip refused with %s is the median that recent blocks paid', async (_, answer) => {
    answers['eth_maxPriorityFeePerGas'] = answer
    expect(await state.feeQuote()).toMatchObject({ priorityFeeWei: 3n })
  })

  it.each<[string, RpcAnswer]>([
    ['a rate limit', refused(-32005, 'limit exceeded')],
    ['a rate limit in words', refused(-32000, 'rate limit reached, retry in 10s')],
    ['overload', refused(-32603, 'server is busy')],
    ['HTTP 429', { status: 429 }],
    ['HTTP 503', { status: 503 }],
    ['HTTP 504', { status: 504, body: 'Gateway Time-out' }],
  ])('a tip that fails by %s is asked for again later, never guessed', async (_, answer) => {
    answers['eth_maxPriorityFeePerGas'] = answer
    await expect(state.feeQuote()).rejects.toMatchObject({
      name: expect.stringMatching(/^Chain(Refused|Unreachable)$/),
    })
    expect(asked()).not.toContain('eth_feeHistory')
  })

  it.each<[string, RpcAnswer]>([
    ['unknown', unknown],
    ['without rewards', { result: { gasUsedRatio: [0.5], reward: null } }],
    ['of empty blocks only', { result: { gasUsedRatio: [0, 0], reward: [['0x0'], ['0x0']] } }],
    ['null', { result: null }],
  ])('without tip, and with a history that is %s, the tip is the floor', async (_, answer) => {
    answers['eth_maxPriorityFeePerGas'] = unknown
    answers['eth_feeHistory'] = answer
    expect(await state.feeQuote()).toMatchObject({ priorityFeeWei: 1_000_000n })
    answers['eth_gasPrice'] = { result: '0x3b9aca05' }
    expect(await state.feeQuote()).toMatchObject({ priorityFeeWei: 1_000_000_000n })
  })

  it('a history that fails by a rate limit is asked for again later', async () => {
    answers['eth_maxPriorityFeePerGas'] = unknown
    answers['eth_feeHistory'] = refused(-32005, 'limit exceeded')
    await expect(state.feeQuote()).rejects.toMatchObject({ name: 'ChainRefused' })
  })

  it('a refused gas price is base fee + tip where there is a base fee', async () => {
    answers['eth_gasPrice'] = unknown
    expect(await state.feeQuote()).toMatchObject({ gasPriceWei: 7n, priorityFeeWei: 2n })
    answers['eth_gasPrice'] = refused(-32005, 'limit exceeded')
    await expect(state.feeQuote()).rejects.toMatchObject({ name: 'ChainRefused' })
  })

  it('a chain without base fee needs its gas price, and no tip', async () => {
    answers['eth_getBlockByNumber'] = { result: block }
    for (const tip of [unknown, { status: 503 }]) {
      answers['eth_maxPriorityFeePerGas'] = tip
      expect(await state.feeQuote()).toMatchObject({ gasPriceWei: 9n, priorityFeeWei: 0n })
    }
    answers['eth_gasPrice'] = unknown
    await expect(state.feeQuote()).rejects.toMatchObject({ name: 'ChainRefused' })
  })
})
