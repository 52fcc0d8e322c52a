import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createChainNodes } from '../../../adapters/viem/client.ts'
import { ChainRefused, ChainUnreachable } from '../../../domain/errors.ts'
import { type FakeNode, fakeNode } from '../../harness/proxies/fake-node.ts'

const height = (n: number) => ({ result: `0x${n.toString(16)}` })
const down = { status: 503, body: 'overloaded' }

describe('a client of several endpoints', () => {
  let first: FakeNode
  let second: FakeNode
  beforeEach(async () => {
    first = await fakeNode(() => height(1))
    second = await fakeNode(() => height(2))
  })
  afterEach(async () => {
    await first.close()
    await second.close()
  })
  const open = (now = () => 0) =>
    createChainNodes({
      chainId: 1,
      urls: [first.url, second.url],
      timeoutMs: 2_000,
      comeBackMs: 1000,
      now,
    })

  it('asks only the first endpoint while the first endpoint answers', async () => {
    const nodes = open()
    for (let i = 0; i < 3; i += 1) expect(await nodes.ask((c) => c.getBlockNumber())).toBe(1n)
    expect(second.asked).toHaveLength(0)
  })

  it('changes to the next endpoint if the first is down, and changes back after comeBackMs', async () => {
    let clock = 0
    const nodes = open(() => clock)
    first.answer = () => down
    expect(await nodes.ask((c) => c.getBlockNumber())).toBe(2n)
    first.answer = () => height(1)
    expect(await nodes.ask((c) => c.getBlockNumber())).toBe(2n)
    clock = 1000
    expect(await nodes.ask((c) => c.getBlockNumber())).toBe(1n)
  })

  it('asks each endpoint once if all are down', async () => {
    first.answer = () => down
    second.answer = () => ({ hang: true })
    const nodes = open()
    await expect(nodes.ask((c) => c.getBlockNumber())).rejects.toBeInstanceOf(ChainUnreachable)
    expect([first.asked.length, second.asked.length]).toEqual([1, 1])
  })

  it('does not ask another endpoint after a revert, because a revert is an answer', async () => {
    first.answer = () => ({ error: { code: 3, message: 'execution reverted' } })
    const nodes = open()
    const error = await nodes.ask((c) => c.getBlockNumber()).catch((e) => e)
    expect(error).toBeInstanceOf(ChainRefused)
    expect(error).toMatchObject({ code: 3 })
    expect(second.asked).toHaveLength(0)
  })

  it('asks another endpoint if the plan of the first excludes the request', async () => {
    const message = 'Archive requests require a personal token.'
    first.answer = () => ({ status: 403, error: { code: -32602, message } })
    const nodes = open()
    expect(await nodes.ask((c) => c.getBlockNumber())).toBe(2n)
    second.answer = first.answer
    const error = await nodes.ask((c) => c.getBlockNumber()).catch((e) => e)
    expect(error).toBeInstanceOf(ChainRefused)
    expect(error).toMatchObject({ code: -32602, outsidePlan: true })
  })

  it('sends a pinned request only to the pinned endpoint', async () => {
    const nodes = open()
    const pin = nodes.pin()
    first.answer = () => down
    const asked = nodes.askPinned(pin, (c) => c.getBlockNumber())
    await expect(asked).rejects.toBeInstanceOf(ChainUnreachable)
    expect(second.asked).toHaveLength(0)
    expect(nodes.pin()).not.toBe(pin)
  })

  it('changes only once if two callers of moveOn leave the same endpoint', () => {
    const nodes = open()
    const pin = nodes.pin()
    nodes.moveOn(pin)
    nodes.moveOn(pin)
    expect(nodes.pin()).toBe(1)
  })
})
