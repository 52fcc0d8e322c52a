import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createChainReader } from '../../../adapters/viem/chain-reader.ts'
import { createChainNodes } from '../../../adapters/viem/client.ts'
import { address, hash } from '../../harness/factories/a-block.ts'
import { type FakeNode, fakeNode, type RpcAnswer } from '../../harness/proxies/fake-node.ts'

const upper = (hex: string) => `0x${hex.slice(2).toUpperCase()}`
const rawTransaction = (given: object = {}) => ({
  hash: upper(hash(0xabc)),
  blockHash: hash(0xa),
  transactionIndex: '0x1',
  from: upper(address(0xaa)),
  to: upper(address(0xbb)),
  nonce: '0x2',
  gas: '0x5209',
  value: '0xde0b6b3a7640000',
  ...given,
})
const rawBlock = (given: object = {}) => ({
  number: '0xa',
  hash: upper(hash(0xa)),
  parentHash: hash(9),
  logsBloom: `0x${'0'.repeat(512)}`,
  timestamp: '0x65',
  transactions: [rawTransaction()],
  ...given,
})

describe('the chain reader, the scanner’s view of nodes', () => {
  let node: FakeNode
  beforeEach(async () => {
    node = await fakeNode(() => ({ result: null }))
  })
  afterEach(() => node.close())
  const reader = () =>
    createChainReader(1, createChainNodes({ chainId: 1, urls: [node.url], timeoutMs: 5_000 }))
  const answer = (given: RpcAnswer) => {
    node.answer = () => given
  }

  it('returns a block with hashes in lower case, and with heights and amounts as numbers', async () => {
    answer({ result: rawBlock() })
    expect(await reader().block(10n)).toMatchObject({
      number: 10n,
      hash: hash(0xa),
      timestamp: 101n,
      transactions: [
        {
          hash: hash(0xabc),
          index: 1,
          from: address(0xaa),
          to: address(0xbb),
          nonce: 2,
          mayRunCode: true,
          value: 10n ** 18n,
        },
      ],
    })
  })

  it('returns undefined if the node lacks the block or the receipt', async () => {
    expect(await reader().block(10n)).toBeUndefined()
    expect(await reader().header(10n)).toBeUndefined()
    expect(await reader().receipt(hash(1))).toBeUndefined()
    answer({ result: { ...rawBlock(), blockHash: null } })
    expect(await reader().receipt(hash(1))).toBeUndefined()
  })

  it.each([
    ['a pending block', rawBlock({ number: null, hash: null })],
    ['another height', rawBlock({ number: '0xb' })],
    [
      'a block that used gas without transactions',
      rawBlock({ transactions: [], gasUsed: '0x5208' }),
    ],
    ['a block with an unreadable number', rawBlock({ number: '0x' })],
  ])('throws ChainAnswerBad if the answer is %s', async (_, result) => {
    answer({ result })
    await expect(reader().block(10n)).rejects.toMatchObject({ name: 'ChainAnswerBad' })
  })

  it.each([
    ['hashes in place of transactions', hash(1), hash(1)],
    ['transactions of another block', rawTransaction({ blockHash: hash(7) }), hash(0xabc)],
  ])('marks transactions as unreadable if a block has %s', async (_, entry, unread) => {
    answer({ result: rawBlock({ transactions: [entry] }) })
    const block = await reader().block(10n)
    expect([block?.transactions, block?.unreadable]).toMatchObject([[], [{ hash: unread }]])
  })

  it.each<[string, RpcAnswer, bigint | undefined]>([
    ['the height of the tagged block', { result: rawBlock() }, 10n],
    [
      'undefined if the tagged block is block 0 (a short devnet)',
      { result: rawBlock({ number: '0x0' }) },
      undefined,
    ],
    ['undefined if no block has the tag', { result: null }, undefined],
    [
      'undefined if the node refuses the tag',
      { error: { code: -39001, message: 'unknown block' } },
      undefined,
    ],
  ])('taggedHeight returns %s', async (_, given, expected) => {
    answer(given)
    expect(await reader().taggedHeight('finalized')).toBe(expected)
  })

  it('throws ChainRefused for a refused tag if the cause is a rate limit, or if the node served the tag before', async () => {
    const refusal = { error: { code: -39001, message: 'unknown block' } }
    const one = reader()
    answer({ error: { code: -32005, message: 'limit exceeded' } })
    await expect(one.taggedHeight('finalized')).rejects.toMatchObject({ name: 'ChainRefused' })
    answer({ result: rawBlock() })
    expect(await one.pinned().taggedHeight('finalized')).toBe(10n)
    answer(refusal)
    await expect(one.pinned().taggedHeight('finalized')).rejects.toMatchObject({
      name: 'ChainRefused',
    })
  })

  it.each([
    ['of another transaction', { logs: [] }, 'returned another’s'],
    ['without logs', { transactionHash: hash(1), logs: undefined }, 'can’t be read'],
  ])('throws TransactionUnreadable for a receipt %s', async (_, given, words) => {
    const raw = {
      ...{ transactionHash: hash(2), transactionIndex: '0x0', blockNumber: '0xa' },
      ...{ blockHash: hash(0xa), from: address(1), to: null, status: '0x1', gasUsed: '0x1' },
      ...given,
    }
    answer({ result: raw })
    const error = await reader()
      .receipt(hash(1))
      .catch((e) => e)
    expect([error.name, error.message]).toEqual([
      'TransactionUnreadable',
      expect.stringContaining(words),
    ])
  })

  it('throws ChainUnreachable for a tag if the node is unreachable', async () => {
    answer({ status: 503 })
    await expect(reader().taggedHeight('finalized')).rejects.toMatchObject({
      name: 'ChainUnreachable',
    })
  })

  it('searches transfers by token, and optionally by recipient', async () => {
    answer({ result: [] })
    await reader().transferLogsOfRange(1n, 5n, [address(1)], [address(2)])
    await reader().transferLogsOfBlock(hash(3), [address(1)])
    const transfer = '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef'
    expect(node.asked.map(({ params }) => params[0])).toEqual([
      {
        fromBlock: '0x1',
        toBlock: '0x5',
        address: [address(1)],
        topics: [transfer, null, [hash(2)]],
      },
      { blockHash: hash(3), address: [address(1)], topics: [transfer] },
    ])
  })

  it.each([
    ['0x0', '0x0', false],
    ['0x1', '0x0', true],
    ['0x0', '0x1', true],
  ])(
    'nativeTouched for balance %s and nonce %s returns %s: whether the address ever held native coin',
    async (balance, nonce, touched) => {
      node.answer = ({ method }) => ({ result: method === 'eth_getBalance' ? balance : nonce })
      expect(await reader().nativeTouched(address(1), hash(2))).toBe(touched)
      expect(node.asked.every(({ params }) => JSON.stringify(params[1]).includes(hash(2)))).toBe(
        true,
      )
    },
  )

  it('reads from the next endpoint if the first serves another chain (MONEY 18)', async () => {
    const right = await fakeNode(() => ({ result: rawBlock() }))
    node.chainId = 5
    answer({ result: rawBlock({ number: '0xff' }) })
    const urls = [node.url, right.url]
    const nodes = createChainNodes({ chainId: 1, urls, timeoutMs: 5_000 })
    expect((await createChainReader(1, nodes).head()).number).toBe(10n)
    expect(node.asked).toEqual([])
    expect((await nodes.check()).map((error) => error?.name)).toEqual(['WrongChain', undefined])
    await right.close()
  })
})
