import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createChainNodes } from '../../../../adapters/viem/client.ts'
import { type FakeNode, fakeNode, type RpcAnswer } from '../../../harness/proxies/fake-node.ts'

const raw = `0x02f8${'ab'.repeat(100)}` as const

describe('the translation of a node’s errors into ChainRefused and ChainUnreachable', () => {
  let node: FakeNode
  beforeEach(async () => {
    node = await fakeNode(() => ({ hang: true }))
  })
  afterEach(() => node.close())

  const failure = async (answer: RpcAnswer) => {
    node.answer = () => answer
    const urls = [`${node.url}/v2/secret-api-key`]
    const nodes = createChainNodes({ chainId: 1, urls, timeoutMs: 'hang' in answer ? 200 : 10_000 })
    return nodes
      .ask((client) => client.request({ method: 'eth_sendRawTransaction', params: [raw] }))
      .catch((error) => error)
  }

  it.each<[string, string, RpcAnswer]>([
    ['an execution error', 'ChainRefused', { error: { code: 3, message: 'reverted' } }],
    ['a range too large', 'ChainRefused', { error: { code: -32005, message: 'limit' } }],
    ['an oversized request', 'ChainRefused', { status: 413, body: 'too large' }],
    ['a missing method', 'ChainRefused', { error: { code: -32601, message: 'no' } }],
    ['a rate limit', 'ChainUnreachable', { status: 429, body: '{}' }],
    [
      'a rate limit with words',
      'ChainUnreachable',
      { status: 429, error: { code: -32005, message: 'slow down' } },
    ],
    ['a wrong API key', 'ChainUnreachable', { status: 401, body: '{}' }],
    [
      'a wrong API key with words',
      'ChainUnreachable',
      { status: 401, error: { code: -32000, message: 'invalid api key' } },
    ],
    [
      'an unpaid bill',
      'ChainUnreachable',
      { status: 402, error: { code: -32000, message: 'payment required' } },
    ],
    [
      'an archive request that the plan excludes (Chainstack)',
      'ChainRefused',
      {
        status: 403,
        error: {
          code: -32002,
          message: 'Archive, Debug and Trace requests are not available on your current plan.',
        },
      },
    ],
    [
      'an archive request that needs a token (publicnode)',
      'ChainRefused',
      {
        status: 403,
        error: {
          code: -32602,
          message: 'Archive requests require a personal token. Get one at: https://x.example/key',
        },
      },
    ],
    ['a gateway error', 'ChainUnreachable', { status: 502, body: '<html>' }],
    ['a missing answer', 'ChainUnreachable', { hang: true }],
    ['a web page', 'ChainUnreachable', { status: 200, body: '<html>' }],
  ])('turns %s into %s', async (_, name, answer) => {
    expect((await failure(answer)).name).toBe(name)
  })

  it('removes URLs and raw transactions from all fields (MONEY 19)', async () => {
    const answers: RpcAnswer[] = [
      { error: { code: -32000, message: `already known: ${raw} at https://node.example/key` } },
      { status: 500, body: `bad ${raw} http://x.example/key` },
      { hang: true },
    ]
    for (const answer of answers) {
      const error = await failure(answer)
      const all = JSON.stringify([error.message, error.stack, error.cause, { ...error }])
      expect(all).not.toContain('secret-api-key')
      expect(all).not.toContain(raw.slice(10, 80))
      expect(all).not.toContain('example/key')
    }
  })

  it('names the cause if a node cannot be reached', async () => {
    await node.close()
    const nodes = createChainNodes({ chainId: 1, urls: [node.url] })
    const error = await nodes.ask((client) => client.getBlockNumber()).catch((e) => e)
    expect(error.message).toBe('no usable answer from the node: ECONNREFUSED')
    node = await fakeNode(() => ({ hang: true }))
  })

  it('rethrows an error that does not come from viem', async () => {
    node.answer = () => ({ result: '0x1' })
    const own = new Error('ours')
    const asked = createChainNodes({ chainId: 1, urls: [node.url] }).ask(async () => {
      throw own
    })
    await expect(asked).rejects.toBe(own)
  })
})
