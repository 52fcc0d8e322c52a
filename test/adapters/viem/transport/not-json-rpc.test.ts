import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createChainNodes } from '../../../../adapters/viem/client.ts'
import { ChainRefused, ChainUnreachable } from '../../../../domain/errors.ts'
import { type FakeNode, fakeNode } from '../../../harness/proxies/fake-node.ts'

/**
 * Label, body, and words that the error quotes. The test replaces `ID` in the body by the id of the
 * request.
 */
const odd: [string, string, string][] = [
  ['an error that is text', '{"error":"daily limit reached"}', 'daily limit reached'],
  ['an error without id and message', '{"error":{"code":-32005}}', '-32005'],
  ['a message', '{"message":"no such project"}', 'no such project'],
  ['null', 'null', 'null'],
  ['a list', '[]', '[]'],
  ['a list with an answer', '[{"jsonrpc":"2.0","id":ID,"result":"0x5"}]', 'result'],
  ['a number', '5', '5'],
  ['a text', '"ok"', 'ok'],
  ['an empty object', '{}', '{}'],
  ['the answer to another request', '{"jsonrpc":"2.0","id":99999,"result":"0x5"}', '99999'],
  ['an answer without id', '{"jsonrpc":"2.0","result":"0x5"}', 'result'],
  ['an answer without result', '{"jsonrpc":"2.0","id":ID}', 'jsonrpc'],
  [
    'null as result and error, for another request',
    '{"id":ID0,"result":null,"error":null}',
    'result',
  ],
  ['no result and an error of null', '{"jsonrpc":"2.0","id":ID,"error":null}', 'jsonrpc'],
  [
    'both a result and an error',
    '{"jsonrpc":"2.0","id":ID,"result":"0x5","error":{"code":1,"message":"x"}}',
    'x',
  ],
  ['a web page', '<html><title>Maintenance</title></html>', 'Maintenance'],
  ['an empty body', '', 'empty body'],
  ['JSON that is cut off', '{"jsonrpc":"2.0","id":ID,"result":"0x', 'jsonrpc'],
  ['two answers', '{"jsonrpc":"2.0","id":ID,"result":"0x5"}{}', 'jsonrpc'],
]

describe('HTTP 200 with an unusual JSON-RPC body', () => {
  let first: FakeNode
  let second: FakeNode
  let unusable = 0
  beforeEach(async () => {
    first = await fakeNode(() => ({ result: '0x1' }))
    second = await fakeNode(() => ({ result: '0x2' }))
    unusable = 0
  })
  afterEach(async () => {
    await first.close()
    await second.close()
  })
  const open = (...urls: readonly string[]) =>
    createChainNodes({
      chainId: 1,
      urls,
      timeoutMs: 2_000,
      onUnusable: () => {
        unusable += 1
      },
    })
  const answers = (body: string) => {
    first.answer = ({ id }) => ({ status: 200, body: body.replace('ID', String(id)) })
  }
  const height = (...urls: readonly string[]) =>
    open(...urls).ask((client) => client.request({ method: 'eth_blockNumber' }))
  const failure = () => height(first.url).catch((error: unknown) => error)

  it.each(odd)(
    'causes an endpoint error that quotes the body’s beginning: %s',
    async (_, body, words) => {
      answers(body)
      const error = await failure()
      expect(error).toBeInstanceOf(ChainUnreachable)
      expect((error as Error).message).toContain('the node’s answer is no JSON-RPC: ')
      expect((error as Error).message).toContain(words)
      expect(unusable).toBe(1)
    },
  )

  it.each(odd)('is ignored, and the next endpoint is asked: %s', async (_, body) => {
    answers(body)
    expect(await height(first.url, second.url)).toBe('0x2')
  })

  it('is quoted with at most 200 characters, without URLs, keys and long hex', async () => {
    const key = 'a1b2c3d4e5f6a7b8c9d0e1f2'
    const url = `${first.url}/v3/topsecretkey`
    answers(
      `{"error":"project topsecretkey of https://user:pw@rpc.example/v2/abc: apiKey=hunter2, token ${key}, 0x${'ab'.repeat(40)} ${'word '.repeat(200)}"}`,
    )
    const error = await height(url).catch((e: Error) => e)
    const { message } = error as Error
    for (const secret of ['topsecretkey', 'rpc.example', 'hunter2', key, 'abababab'])
      expect(message).not.toContain(secret)
    expect(message).toContain('project <key> of')
    expect(message.length).toBeLessThan(260)
  })

  it.each<[string, string, string, number | undefined]>([
    [
      'a text as code',
      '{"jsonrpc":"2.0","id":ID,"error":{"code":"LIMIT","message":"slow down"}}',
      'LIMIT: slow down',
      undefined,
    ],
    [
      'digits as code',
      '{"jsonrpc":"2.0","id":ID,"error":{"code":"-32000","message":"no"}}',
      '"no" (-32000)',
      -32000,
    ],
    [
      'no message',
      '{"jsonrpc":"2.0","id":ID,"error":{"code":-32005}}',
      '"no message" (-32005)',
      -32005,
    ],
    ['no code', '{"jsonrpc":"2.0","id":ID,"error":{"message":"nope"}}', '"nope"', undefined],
    ['only a text', '{"jsonrpc":"2.0","id":ID,"error":"nope"}', '"nope"', undefined],
    [
      'an object as message',
      '{"jsonrpc":"2.0","id":ID,"error":{"code":1,"message":{"a":1}}}',
      '"a":1',
      1,
    ],
    [
      'no id, as for a request that the node did not understand',
      '{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"bad"}}',
      '"bad" (-32600)',
      -32600,
    ],
    [
      'an additional result of null',
      '{"jsonrpc":"2.0","id":ID,"result":null,"error":{"code":3,"message":"no"}}',
      '"no" (3)',
      3,
    ],
  ])('is a refusal with a readable text if its error has %s', async (_, body, words, code) => {
    answers(body)
    const error = await failure()
    expect(error).toBeInstanceOf(ChainRefused)
    expect((error as ChainRefused).message).toContain(words)
    expect((error as ChainRefused).code).toBe(code)
    expect(unusable).toBe(0)
  })

  it.each([
    ['null as result', '{"jsonrpc":"2.0","id":ID,"result":null}', null],
    ['null as result and error, as in JSON-RPC 1.0', '{"id":ID,"result":null,"error":null}', null],
    [
      'null as result and error (ganache #59)',
      '{"jsonrpc":"1.0","id":ID,"result":null,"error":null}',
      null,
    ],
    [
      'a result and an error of null',
      '{"jsonrpc":"2.0","id":ID,"result":"0x5","error":null}',
      '0x5',
    ],
    ['the id as text', '{"jsonrpc":"2.0","id":"ID","result":"0x5"}', '0x5'],
    ['a byte order mark', '\ufeff{"jsonrpc":"2.0","id":ID,"result":"0x5"}', '0x5'],
    ['no jsonrpc field', '{"id":ID,"result":"0x5"}', '0x5'],
  ])('is a valid answer with %s', async (_, body, expected) => {
    answers(body)
    expect(await height(first.url)).toBe(expected)
  })

  it('masks an API key in the text of a refusal', async () => {
    answers(
      '{"jsonrpc":"2.0","id":ID,"error":{"code":-32000,"message":"key topsecretkey is over its limit"}}',
    )
    const error = await height(`${first.url}/v3/topsecretkey`).catch((e: Error) => e)
    expect((error as Error).message).toBe(
      'the node answered "key <key> is over its limit" (-32000)',
    )
  })
})
