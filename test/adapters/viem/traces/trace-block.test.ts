import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createChainReader } from '../../../../adapters/viem/chain-reader.ts'
import { createChainNodes } from '../../../../adapters/viem/client.ts'
import { aBlock, address, aTransaction, hash } from '../../../harness/factories/a-block.ts'
import { type FakeNode, fakeNode, type RpcAnswer } from '../../../harness/proxies/fake-node.ts'

const [one, two, three, unlisted] = [hash(1), hash(2), hash(3), hash(4)] as const
const listed = [one, two, three]
const payee = (of: string) => address(20 + listed.indexOf(of as never))
const noMethod: RpcAnswer = { error: { code: -32601, message: 'the method does not exist' } }
const refused = (message: string): RpcAnswer => ({ error: { code: -32000, message } })

const block = aBlock({
  transactions: listed.map((it, index) =>
    aTransaction({ hash: it, index, from: address(7 + index), to: address(8), mayRunCode: true }),
  ),
})

const frame = (of: string, from = address(7 + listed.indexOf(of as never))) => ({
  type: 'CALL',
  from,
  to: address(8),
  value: '0x0',
  calls: [{ type: 'CALL', from: address(8), to: payee(of), value: '0x9' }],
})
const entry = (of: string) => ({ txHash: of, result: frame(of) })
const nameless = (of: string) => ({ result: frame(of) })

const trace = (of: string, traceAddress: number[], given: object = {}) => ({
  type: 'call',
  blockHash: block.hash,
  transactionHash: of,
  traceAddress,
  action: {
    callType: 'call',
    from: traceAddress.length === 0 ? address(7 + listed.indexOf(of as never)) : address(8),
    to: traceAddress.length === 0 ? address(8) : payee(of),
    value: traceAddress.length === 0 ? '0x0' : '0x9',
  },
  ...given,
})
const traces = (of: string, given?: object) => [trace(of, [], given), trace(of, [0], given)]
const elsewhere = (of: string) => {
  const top = trace(of, [])
  return { ...top, action: { ...top.action, to: address(0x8001) } }
}
const reward = {
  ...{ type: 'reward', blockHash: block.hash, traceAddress: [], transactionHash: null },
  action: { author: address(1), rewardType: 'block', value: '0x5' },
}

let node: FakeNode
/**
 * The node's answers for the whole block and for one transaction. The node has only the methods of
 * the interface in `interfaceOf`.
 */
let ofBlock: RpcAnswer
let ofOne: (of: string) => RpcAnswer
let interfaceOf: 'geth' | 'parity'
let alone: string[]
beforeEach(async () => {
  alone = []
  ofOne = (of) => ({ result: interfaceOf === 'geth' ? frame(of) : traces(of) })
  node = await fakeNode(({ method, params }) => {
    const isGeth = method.startsWith('debug_')
    if (isGeth !== (interfaceOf === 'geth')) return noMethod
    if (method === 'debug_traceBlockByHash' || method === 'trace_block') return ofBlock
    alone.push(String(params[0]))
    return ofOne(String(params[0]))
  })
})
afterEach(() => node.close())

const read = (given = block) =>
  createChainReader(1, createChainNodes({ chainId: 1, urls: [node.url] })).internalTransfers(given)
const paid = (internal: Awaited<ReturnType<typeof read>>) =>
  internal?.transfers.map(({ transactionHash, to, value }) => [transactionHash, to, value])
const each = listed.map((it) => [it, payee(it), 9n])

describe('internal transfers read from geth’s frames of a block', () => {
  beforeEach(() => {
    interfaceOf = 'geth'
  })

  it.each<[string, unknown, readonly string[]]>([
    ['one entry for each transaction', listed.map(entry), []],
    [
      'hashes in upper case',
      listed.map((it) => ({ ...entry(it), txHash: `0x${it.slice(2).toUpperCase()}` })),
      [],
    ],
    ['entries in another order', [three, one, two].map(entry), []],
    ['an unlisted transaction at the end (bor state sync)', [...listed, unlisted].map(entry), []],
    ['an unlisted transaction at the start (rollup)', [unlisted, ...listed].map(entry), []],
    ['an unlisted transaction in place of a listed one', [one, two, unlisted].map(entry), [three]],
    ['no entry for a listed transaction', [one, three].map(entry), [two]],
    ['an empty list', [], listed],
    ['a transaction twice', [...listed, two].map(entry), []],
    [
      'a transaction twice, with other frames',
      [...listed.map(entry), { txHash: two, result: frame(one) }],
      [two],
    ],
    ['an entry that is null', [entry(one), null, entry(three)], [two]],
    [
      'an entry with a broken result',
      [entry(one), { txHash: two, result: 5 }, entry(three)],
      [two],
    ],
    [
      'an entry with an error',
      [entry(one), { txHash: two, error: 'timeout' }, entry(three)],
      [two],
    ],
    ['an entry without result', [entry(one), { txHash: two }, entry(three)], [two]],
    ['null as each hash', listed.map((it) => ({ ...nameless(it), txHash: null })), []],
    ['no hashes', listed.map(nameless), []],
    ['no hashes and one entry too few', [one, two].map(nameless), listed],
    ['no hashes and one entry too many', [...listed, unlisted].map(nameless), listed],
    [
      'no hashes and an unlisted transaction in place of a listed one',
      [one, unlisted, three].map(nameless),
      listed,
    ],
    ['no hashes and another order', [two, one, three].map(nameless), listed],
    ['null as the answer', null, listed],
    ['an object as the answer', {}, listed],
  ])('contain each payment once with %s', async (_, result, expected) => {
    ofBlock = { result }
    const internal = await read()
    expect(paid(internal)).toEqual(each)
    expect(internal?.unreadable).toEqual([])
    expect(alone.sort()).toEqual(expected)
  })

  it.each([
    'insufficient funds for gas * price + value',
    'tracing failed: nonce too low',
    'runtime error: index out of range [3] with length 3',
    'internal error',
    'block not found',
  ])(
    'come from a separate trace of each transaction if the node refuses the block’s trace with "%s"',
    async (words) => {
      ofBlock = refused(words)
      expect(paid(await read())).toEqual(each)
      expect(alone.sort()).toEqual(listed)
    },
  )

  it.each<[string, (of: string) => RpcAnswer, string]>([
    ['fails with not found', () => refused('transaction not found'), 'transaction not found'],
    ['returns null', () => ({ result: null }), 'can’t be read'],
    ['fails with an unknown method', () => noMethod, 'no method to trace it alone'],
  ])(
    'lack only the transaction that has no entry and whose own trace %s',
    async (_, answer, why) => {
      ofBlock = { result: [one, three].map(entry) }
      ofOne = answer
      const internal = await read()
      expect(paid(internal)).toEqual([each[0], each[2]])
      expect(internal?.unreadable).toMatchObject([
        { hash: two, message: expect.stringContaining(why) },
      ])
    },
  )

  it('need no entry for a transaction that ran no code', async () => {
    ofBlock = { result: [one, three].map(entry) }
    const [first, second, third] = block.transactions
    if (!first || !second || !third) throw new Error('three transactions')
    const internal = await read({
      ...block,
      transactions: [first, { ...second, mayRunCode: false }, third],
    })
    expect(internal?.unreadable).toEqual([])
    expect([paid(internal), alone.sort()]).toEqual([[each[0], each[2]], []])
  })

  it.each([
    ['with its block', listed, []],
    ['only alone', [one, three], [two]],
  ])(
    'contain the payments of a transaction without a sender, traced %s',
    async (_, given, expected) => {
      ofBlock = { result: given.map(entry) }
      const [first, second, third] = block.transactions
      if (!first || !second || !third) throw new Error('three transactions')
      const senderless = { ...second, isSystem: true }
      const internal = await read({
        ...block,
        transactions: [first, third],
        unreadable: [
          { hash: two, index: 1, from: null, nonce: null, why: 'from is missing', senderless },
        ],
      })
      expect([paid(internal), alone.sort()]).toEqual([each, expected])
    },
  )

  it.each([
    ['a bootloader (zkSync Era)', address(0), address(0x8001)],
    ['another sender', address(0x99), address(8)],
    ['another recipient', address(7), address(0x99)],
  ])(
    'are empty, with a reason for each transaction, if the frames begin with %s',
    async (_, from, to) => {
      const odd = (of: string) => ({
        ...{ type: 'CALL', from, to, value: '0x0' },
        calls: [{ type: 'CALL', from: to, to: address(0x77), value: '0x0', calls: [frame(of)] }],
      })
      ofBlock = { result: listed.map((it) => ({ txHash: it, result: odd(it) })) }
      ofOne = (of) => ({ result: odd(of) })
      const internal = await read()
      expect(paid(internal)).toEqual([])
      expect(internal?.unreadable.map((it) => it.hash).sort()).toEqual(listed)
      expect(internal?.unreadable.find((it) => it.hash === one)?.message).toContain(
        `the trace of ${one} begins with a call from ${from} to ${to}, the transaction goes from ${address(7)} to ${address(8)}`,
      )
    },
  )

  it('come from a separate trace of a transaction whose frames in the block begin with another call', async () => {
    const odd = { ...frame(two), from: address(0), to: address(0x8001) }
    ofBlock = { result: [entry(one), { txHash: two, result: odd }, entry(three)] }
    expect(paid(await read())).toEqual(each)
    expect(alone).toEqual([two])
  })

  it('are undefined if the node has no trace method', async () => {
    ofBlock = noMethod
    ofOne = () => noMethod
    expect(await read()).toBeUndefined()
  })
})

describe('internal transfers read from Parity’s traces of a block', () => {
  beforeEach(() => {
    interfaceOf = 'parity'
  })
  const whole = listed.flatMap((it) => traces(it))

  it.each<[string, unknown, readonly string[]]>([
    ['all traces and a reward', [...whole, reward], []],
    ['an unlisted transaction', [...whole, ...traces(unlisted)], []],
    ['no traces of a listed transaction', [one, three].flatMap((it) => traces(it)), [two]],
    [
      'a transaction of another block',
      [...traces(one), ...traces(two, { blockHash: hash(77) }), ...traces(three)],
      [two],
    ],
    [
      'a transaction without its first trace',
      [...traces(one), trace(two, [0]), ...traces(three)],
      [two],
    ],
    ['a trace twice', [...whole, trace(two, [0])], [two]],
    [
      'a trace with a broken traceAddress',
      [...whole, { ...trace(two, []), traceAddress: 'x' }],
      [two],
    ],
    ['a trace without a block hash', [...whole, { ...trace(two, [1]), blockHash: null }], [two]],
    ['a trace that is null', [...whole, null], listed],
    [
      'traces of another block only',
      listed.flatMap((it) => traces(it, { blockHash: hash(77) })),
      listed,
    ],
    ['null as the answer', null, listed],
    [
      'a transaction that begins with another call',
      [...traces(one), elsewhere(two), trace(two, [0]), ...traces(three)],
      [two],
    ],
  ])('contain each payment once with %s', async (_, result, expected) => {
    ofBlock = { result }
    const internal = await read()
    expect(paid(internal)).toEqual(each)
    expect(internal?.unreadable).toEqual([])
    expect(alone.sort()).toEqual(expected)
  })

  it.each([
    ['a trace that begins with another call', [elsewhere(two), trace(two, [0])]],
    ['[]', []],
    ['null', null],
    ['a trace of another transaction', traces(three)],
    ['a trace without its first call', [trace(two, [0])]],
  ])(
    'lack only the transaction that has no traces and whose own trace is %s',
    async (_, result) => {
      ofBlock = { result: [one, three].flatMap((it) => traces(it)) }
      ofOne = () => ({ result })
      const internal = await read()
      expect(paid(internal)).toEqual([each[0], each[2]])
      expect(internal?.unreadable).toMatchObject([{ hash: two }])
    },
  )
})
