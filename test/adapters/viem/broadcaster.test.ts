import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createBroadcaster } from '../../../adapters/viem/broadcaster.ts'
import { createChainNodes } from '../../../adapters/viem/client.ts'
import type { Broadcaster } from '../../../domain/chains/nodes/broadcaster.ts'
import { ChainUnreachable } from '../../../domain/errors.ts'
import { aHash } from '../../harness/factories/a-transaction.ts'
import { type FakeNode, fakeNode, type RpcAnswer } from '../../harness/proxies/fake-node.ts'

const raw = `0x${'02f8'.repeat(50)}` as const

describe('the broadcaster, which sends signed bytes to nodes (MONEY 4)', () => {
  let node: FakeNode
  let broadcaster: Broadcaster
  beforeEach(async () => {
    node = await fakeNode(() => ({ result: aHash() }))
    broadcaster = createBroadcaster(
      createChainNodes({ chainId: 1, urls: [node.url], timeoutMs: 2_000 }),
    )
  })
  afterEach(() => node.close())
  const refuses = (message: string) => {
    node.answer = () => ({ error: { code: -32000, message } })
  }

  it('sends the bytes unchanged', async () => {
    expect(await broadcaster.send(raw)).toEqual({ kind: 'accepted' })
    expect(node.asked).toMatchObject([{ method: 'eth_sendRawTransaction', params: [raw] }])
  })

  it.each(['already known', 'ALREADY KNOWN', 'transaction already imported'])(
    'returns accepted for the node’s error "%s"',
    async (words) => {
      refuses(words)
      expect(await broadcaster.send(raw)).toEqual({ kind: 'accepted' })
    },
  )

  it.each([
    'nonce too low',
    'insufficient funds for gas * price + value',
    'replacement transaction underpriced',
  ])('returns refused with the node’s error text: "%s"', async (words) => {
    refuses(words)
    expect(await broadcaster.send(raw)).toEqual({ kind: 'refused', words })
  })

  it.each([
    [-32000, 'in-flight transaction limit reached for delegated accounts'],
    [-32000, 'gapped-nonce tx from delegated accounts'],
    [-32000, 'address already reserved'],
    [-32001, 'Nonce too low'],
    [-32005, 'Transaction gas limit exceeds block gas limit'],
    [-32009, 'Gas price below current base fee'],
    [-32010, 'transaction underpriced'],
  ])('returns refused, and asks no other node, for code %i: "%s"', async (code, message) => {
    node.answer = () => ({ error: { code, message } })
    expect(await broadcaster.send(raw)).toEqual({ kind: 'refused', words: message })
    expect(node.asked).toHaveLength(1)
  })

  it('removes bytes and URLs from the node’s error text (MONEY 19)', async () => {
    refuses(`bad transaction ${raw} at ${node.url}/key`)
    expect(await broadcaster.send(raw)).toEqual({
      kind: 'refused',
      words: expect.stringMatching(/^bad transaction \[\d+ bytes\] at <url>$/),
    })
  })

  const busy = { code: -32005, message: 'limit exceeded' }

  it.each<[string, RpcAnswer]>([
    ['does not answer', { hang: true }],
    ['answers 503', { status: 503 }],
    ['limits the request rate', { error: busy, status: 429 }],
  ])('throws ChainUnreachable if the node %s', async (_, answer) => {
    node.answer = () => answer
    const error = await broadcaster.send(raw).catch((e) => e)
    expect(error).toBeInstanceOf(ChainUnreachable)
    expect(JSON.stringify([error.message, error.stack, error.cause])).not.toContain(raw.slice(2))
  })

  it('sends the bytes to the next node if the first node is unreachable', async () => {
    const second = await fakeNode(() => ({ result: aHash() }))
    node.answer = () => ({ status: 503 })
    const urls = [node.url, second.url]
    const both = createBroadcaster(createChainNodes({ chainId: 1, urls, timeoutMs: 2_000 }))
    expect(await both.send(raw)).toEqual({ kind: 'accepted' })
    expect(second.asked.length).toBe(1)
    await second.close()
  })

  it('knows returns true for a transaction that the node has, pending or mined, and false otherwise', async () => {
    const hash = aHash()
    node.answer = () => ({ result: { hash, blockHash: null } })
    expect(await broadcaster.knows(hash)).toBe(true)
    node.answer = () => ({ result: { hash: hash.toUpperCase().replace('0X', '0x') } })
    expect(await broadcaster.knows(hash)).toBe(true)
    node.answer = () => ({ result: null })
    expect(await broadcaster.knows(hash)).toBe(false)
  })

  it.each([
    ['an empty object', {}],
    ['empty bytes', '0x'],
    ['an empty text', ''],
    ['a list', []],
    ['another transaction', { hash: aHash(), blockHash: null }],
    ['a hash that is null', { hash: null, blockHash: null }],
  ])('knows returns false if the node returns %s', async (_, result) => {
    node.answer = () => ({ result })
    expect(await broadcaster.knows(aHash())).toBe(false)
  })
})
