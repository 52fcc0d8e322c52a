import { parseEther } from 'viem'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { toAddress } from '../../../../domain/address.ts'
import { encodeTransfer } from '../../../../domain/chains/erc20.ts'
import { aSignedPayment } from '../../../harness/devnet/a-signed-payment.ts'
import { aHash } from '../../../harness/factories/a-transaction.ts'
import { anAccount } from '../../../harness/factories/an-account.ts'
import type { FaultProxy } from '../../../harness/proxies/fault-proxy.ts'
import {
  forgedBalance,
  forgedBlockHash,
  forgedTokenBalance,
} from '../../../harness/proxies/forgeries.ts'
import { quorumOf } from '../../../harness/proxies/three-proxies.ts'
import { eventually } from '../../../harness/waiting/eventually.ts'
import { type QuorumWorld, quorumWorld } from '../../../harness/worlds/quorum-world.ts'

describe('a quorum of two out of three endpoints (MONEY 20)', () => {
  let world: QuorumWorld
  let anvil: QuorumWorld['anvil']
  let devnet: QuorumWorld['devnet']
  let three: QuorumWorld['three']
  let usdt: QuorumWorld['usdt']
  let wallet: QuorumWorld['wallet']
  beforeAll(async () => {
    world = await quorumWorld()
    ;({ anvil, devnet, three, usdt, wallet } = world)
  })
  afterEach(() => three.heal())
  afterAll(async () => await world?.close())
  const open = (more?: Parameters<typeof quorumOf>[2]) => quorumOf(anvil.chainId, three.urls, more)
  /**
   * Opens a quorum for tests with forged answers. The quorum waits long enough for the honest
   * endpoints on a slow machine.
   */
  const openPatient = (more?: Parameters<typeof quorumOf>[2]) =>
    open({ patienceMs: 30_000, ...more })
  const forgeBalance = (proxy: FaultProxy, wei = 7n) =>
    proxy.fault('eth_getBalance', { kind: 'forge', change: forgedBalance(wallet, wei) })
  const disagreements = ({ metrics }: ReturnType<typeof open>) =>
    metrics.counts.get('rpc_disagreements') ?? 0

  /** Expects the honest answers to every request that a sweep sends. */
  async function expectAllAnswered({ state, broadcaster }: ReturnType<typeof open>) {
    const token = toAddress(usdt.address)
    const paid = await devnet.pay(wallet, '0.5')
    const balance = await devnet.etherOf(wallet)
    const head = await state.head()
    expect(await state.nativeBalance(wallet, head.hash)).toBe(balance)
    expect(await state.blockHash(head.number)).toBe(head.hash)
    expect(await state.tokenBalance(token, wallet, head.hash)).toBe(5n)
    expect(await state.nonceAt(wallet, head.hash)).toBe(0n)
    expect(await state.minedNonce(wallet)).toBe(0n)
    expect(await state.code(wallet, head.hash)).toBe('0x')
    expect((await state.feeQuote()).gasPriceWei).toBeGreaterThan(0n)
    const call = { from: wallet, to: token, data: encodeTransfer(anAccount().address, 5n) }
    expect(await state.simulate(call, head.hash)).toMatchObject({ kind: 'returned' })
    expect(await state.estimateGas({ ...call, valueWei: 0n })).toMatchObject({ kind: 'gas' })
    expect(await state.receipt(paid)).toMatchObject({ transactionHash: paid, ok: true })
    const { raw, hash } = await aSignedPayment(anvil.chainId, devnet)
    expect(await broadcaster.send(raw)).toEqual({ kind: 'accepted' })
    await eventually(() => broadcaster.knows(hash), Boolean)
  }

  it('requests state at a block hash, never at `latest`', async () => {
    const quorum = open()
    const { hash } = await quorum.state.head()
    const before = three.proxies[0].asked.length
    await quorum.state.nativeBalance(wallet, hash)
    await quorum.state.minedNonce(wallet)
    await quorum.state.code(wallet)
    const asked = three.proxies[0].asked.slice(before)
    const places = asked
      .filter(({ method }) => method !== 'eth_getBlockByNumber')
      .map(({ params }) => params[1])
    expect(places).toHaveLength(3)
    for (const place of places) expect(place).toEqual({ blockHash: hash })
    await expectAllAnswered(quorum)
    expect(disagreements(quorum)).toBe(0)
  })

  it.each([
    ['errors', { kind: 'error' }],
    ['rate limits in JSON-RPC', { kind: 'rate-limit', as: 'rpc' }],
    ['rate limits in HTTP', { kind: 'rate-limit', as: 'http' }],
    ['a broken connection', { kind: 'break' }],
    ['silence', { kind: 'hang' }],
  ] as const)('answers all requests if one of three endpoints fails with %s', async (_, fault) => {
    // Each request to a silent endpoint takes long, so the test silences only the first endpoint.
    const places = fault.kind === 'hang' ? three.proxies.slice(0, 1) : three.proxies
    for (const proxy of places) {
      const heal = proxy.fault('*', fault)
      await expectAllAnswered(open())
      heal()
    }
  })

  it('ignores an endpoint of another chain, and logs the endpoint once', async () => {
    three.proxies[1].wrongChain(1)
    const quorum = open()
    await expectAllAnswered(quorum)
    const told = quorum.log.lines.filter(({ level }) => level === 'error')
    expect(told).toMatchObject([
      { fields: { endpoint: 2 }, message: expect.stringMatching(/serves another chain/) },
    ])
    expect(JSON.stringify(quorum.log.lines)).not.toContain(new URL(three.proxies[1].url).host)
  })

  it('answers all requests if one endpoint lags, at a head that two endpoints have', async () => {
    const height = await three.proxies[2].freezeHead()
    const quorum = open()
    await devnet.pay(wallet, '0.1')
    expect((await quorum.state.head()).number).toBe(height + 1n)
    await expectAllAnswered(quorum)
    expect(disagreements(quorum)).toBe(0)
  })

  it('returns the lower head if two endpoints lag, and returns no receipt or block above that head', async () => {
    const height = await three.proxies[0].freezeHead()
    await three.proxies[1].freezeHead()
    const hash = await devnet.pay(wallet, '0.1')
    const { state } = open()
    expect((await state.head()).number).toBe(height)
    expect(await state.receipt(hash)).toBeUndefined()
    expect(await state.blockHash(height + 1n)).toBeUndefined()
  })

  it('repeats a request to a lagging endpoint until that endpoint has the block, while another endpoint is down', async () => {
    three.proxies[0].fault('*', { kind: 'break' })
    await three.proxies[1].freezeHead()
    const hash = await devnet.pay(wallet, '0.1')
    // The lagging endpoint catches up within the grace time of 15 s.
    const { state } = open({ blockTimeMs: 5_000 })
    const newest = await quorumOf(anvil.chainId, [anvil.url]).state.head()
    const balance = state.nativeBalance(wallet, newest.hash)
    const receipt = state.receipt(hash)
    await eventually(
      () => three.proxies[1].asked.filter(({ method }) => method === 'eth_getBalance').length,
      (asked) => asked > 1,
    )
    three.proxies[1].heal()
    expect(await balance).toBe(await devnet.etherOf(wallet))
    expect(await receipt).toMatchObject({ transactionHash: hash })
  })

  it('throws QuorumShort after the grace time if two endpoints lack the block', async () => {
    await three.proxies[0].freezeHead()
    await three.proxies[1].freezeHead()
    await devnet.pay(wallet, '0.1')
    const newest = await quorumOf(anvil.chainId, [anvil.url]).state.head()
    const quorum = open()
    await expect(quorum.state.nativeBalance(wallet, newest.hash)).rejects.toMatchObject({
      name: 'QuorumShort',
      message: expect.stringMatching(/too few of 3 rpc endpoints .*\(2 are needed\): endpoint 1: /),
    })
    expect(disagreements(quorum)).toBe(0)
  })

  it.each([
    ['with the other endpoints up', []],
    ['with another endpoint down', [0]],
    ['with another endpoint silent', [2]],
  ] as const)('throws QuorumDisagrees for a forged balance, %s', async (_, down) => {
    for (const n of down) three.proxies[n].fault('*', { kind: n === 0 ? 'break' : 'hang' })
    forgeBalance(three.proxies[1])
    const quorum = openPatient()
    const { hash } = await quorum.state.head()
    const real = await devnet.etherOf(wallet)
    const error = await quorum.state.nativeBalance(wallet, hash).catch((e) => e)
    expect(error).toMatchObject({ name: 'QuorumDisagrees' })
    expect(error.message).toContain('endpoint 2: 7')
    expect(error.message).toContain(`: ${real}`)
    expect(disagreements(quorum)).toBe(1)
    const told = JSON.stringify(quorum.log.lines.filter(({ level }) => level === 'error'))
    expect(told).toContain('endpoint 2: 7')
    for (const url of three.urls) expect(told + error.message).not.toContain(new URL(url).host)
  })

  it('throws QuorumDisagrees even if a forged answer arrives after the others have agreed', async () => {
    const quorum = openPatient()
    const { hash } = await quorum.state.head()
    forgeBalance(three.proxies[2])
    const slow = three.proxies[2]
    const { nativeBalance } = quorum.state
    slow.delay(300)
    await expect(nativeBalance(wallet, hash)).rejects.toMatchObject({ name: 'QuorumDisagrees' })
  })

  it.each([
    ['a token balance', 'eth_call', () => forgedTokenBalance(usdt.address, wallet, 9n)],
    ['a nonce', 'eth_getTransactionCount', () => () => '0x9'],
    ['code', 'eth_getCode', () => () => '0x60'],
  ] as const)('throws QuorumDisagrees for forged data: %s', async (_, method, change) => {
    const { state } = openPatient()
    const { hash } = await state.head()
    three.proxies[0].fault(method, { kind: 'forge', change: change() })
    const asked = {
      eth_call: () => state.tokenBalance(toAddress(usdt.address), wallet, hash),
      eth_getTransactionCount: () => state.nonceAt(wallet, hash),
      eth_getCode: () => state.code(wallet, hash),
    }[method]
    await expect(asked()).rejects.toMatchObject({ name: 'QuorumDisagrees' })
  })

  it('throws QuorumDisagrees if one endpoint forges an empty block when a used nonce is looked up (MONEY 3)', async () => {
    const { state } = openPatient()
    const hash = await devnet.pay(wallet, '0.5')
    const receipt = await state.receipt(hash)
    if (!receipt) throw new Error('the payment has no receipt')
    const { from, blockHash } = receipt
    const nonce = (await state.nonceAt(from, blockHash)) - 1n
    expect(await state.listedAs(from, nonce, blockHash)).toBe(hash)
    three.proxies[0].fault('eth_getBlockByHash', {
      kind: 'forge',
      change: (block) => ({ ...(block as object), transactions: [], gasUsed: '0x0' }),
    })
    await expect(state.listedAs(from, nonce, blockHash)).rejects.toMatchObject({
      name: 'QuorumDisagrees',
    })
  })

  it('throws QuorumDisagrees if a simulation reverts at only one endpoint', async () => {
    const { state } = openPatient()
    const { hash } = await state.head()
    const call = { from: wallet, to: toAddress(usdt.address), data: encodeTransfer(wallet, 5n) }
    three.proxies[0].fault('eth_call', { kind: 'error', code: 3, message: 'execution reverted' })
    await expect(state.simulate(call, hash)).rejects.toMatchObject({ name: 'QuorumDisagrees' })
  })

  it('throws QuorumDisagrees for two hashes at a final height, and follows the majority above the final height', async () => {
    const quorum = openPatient()
    const { number } = await quorum.state.head()
    const honest = await quorum.state.blockHash(number)
    const lie = (height: bigint) =>
      three.proxies[2].fault('eth_getBlockByNumber', {
        kind: 'forge',
        change: forgedBlockHash(height, aHash()),
      })
    lie(number)
    expect(await quorum.state.blockHash(number)).toBe(honest)
    expect((await quorum.state.head()).hash).toBe(honest)
    lie(number - 2n)
    await expect(quorum.state.blockHash(number - 2n)).rejects.toMatchObject({
      name: 'QuorumDisagrees',
    })
  })

  it('throws QuorumShort while two endpoints are down, and answers again when one of them recovers', async () => {
    three.proxies[0].fault('*', { kind: 'break' })
    three.proxies[1].fault('*', { kind: 'http', status: 503 })
    const { state, broadcaster } = open()
    await expect(state.head()).rejects.toMatchObject({ name: 'QuorumShort' })
    const { raw, hash } = await aSignedPayment(anvil.chainId, devnet)
    expect(await broadcaster.send(raw)).toEqual({ kind: 'accepted' })
    expect(await broadcaster.knows(hash)).toBe(false)
    three.proxies[1].heal()
    expect((await state.head()).number).toBeGreaterThan(0n)
    await eventually(() => broadcaster.knows(hash), Boolean)
  })

  it('requires both of two endpoints by default, and one endpoint with quorum 1', async () => {
    const urls = three.urls.slice(0, 2)
    three.proxies[0].fault('*', { kind: 'break' })
    await expect(quorumOf(anvil.chainId, urls).state.head()).rejects.toMatchObject({
      name: 'QuorumShort',
    })
    const { state: one, log } = quorumOf(anvil.chainId, urls, { quorum: 1, patienceMs: 30_000 })
    const { hash } = await one.head()
    expect(await one.nativeBalance(wallet, hash)).toBeGreaterThan(parseEther('1'))
    three.proxies[0].heal()
    // After a failure, an endpoint gets only 100 ms for an answer until it has answered once.
    await eventually(
      async () => {
        await one.nativeBalance(wallet, hash)
        return log.lines.map(({ message }) => message)
      },
      (messages) => messages.includes('rpc endpoint answers again'),
    )
    forgeBalance(three.proxies[0])
    await expect(one.nativeBalance(wallet, hash)).rejects.toMatchObject({
      name: 'QuorumDisagrees',
    })
  })

  it('sends one request to a single endpoint', async () => {
    const { state } = quorumOf(anvil.chainId, [three.urls[0] as string], { quorum: 1 })
    const { hash } = await state.head()
    const before = three.proxies[0].asked.length
    await state.nativeBalance(wallet, hash)
    expect(three.proxies[0].asked).toHaveLength(before + 1)
  })
})
