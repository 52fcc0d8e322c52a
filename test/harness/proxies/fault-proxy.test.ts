import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createBroadcaster } from '../../../adapters/viem/broadcaster.ts'
import { createChainReader } from '../../../adapters/viem/chain-reader.ts'
import { createChainState } from '../../../adapters/viem/chain-state.ts'
import { createChainNodes } from '../../../adapters/viem/client.ts'
import type { Address } from '../../../domain/address.ts'
import { aSignedPayment } from '../devnet/a-signed-payment.ts'
import { type Devnet, openDevnet } from '../devnet/devnet.ts'
import { type OwnAnvil, ownAnvil } from '../devnet/own-anvil.ts'
import { anAccount } from '../factories/an-account.ts'
import { eventually } from '../waiting/eventually.ts'
import { type FaultProxy, faultProxy } from './fault-proxy.ts'
import { forgedBalance, forgedReceipt } from './forgeries.ts'

describe('faultProxy', () => {
  let anvil: OwnAnvil
  let devnet: Devnet
  let proxy: FaultProxy
  beforeAll(async () => {
    anvil = await ownAnvil()
    devnet = openDevnet(anvil)
    proxy = await faultProxy(anvil.url)
  })
  afterEach(() => proxy.heal())
  afterAll(async () => {
    await proxy?.close()
    await anvil?.stop()
  })
  /**
   * The default timeout suits a slow machine. Tests of unanswered requests pass a shorter one,
   * because such a request lasts for the whole timeout.
   */
  const nodes = (timeoutMs = 30_000) =>
    createChainNodes({ chainId: anvil.chainId, urls: [proxy.url], timeoutMs })
  const state = () => createChainState(anvil.chainId, nodes())

  it('forwards every request while it has no fault', async () => {
    const hash = await devnet.pay(anAccount().address, '1')
    expect(await state().receipt(hash)).toMatchObject({ transactionHash: hash, ok: true })
    expect(proxy.faults).toBe(0)
  })

  it.each([
    ['error', 'ChainRefused', { kind: 'error' }],
    ['rate limit in JSON-RPC', 'ChainRefused', { kind: 'rate-limit', as: 'rpc' }],
    ['rate limit in HTTP', 'ChainUnreachable', { kind: 'rate-limit', as: 'http' }],
    ['gateway', 'ChainUnreachable', { kind: 'http', status: 502 }],
    ['broken line', 'ChainUnreachable', { kind: 'break' }],
    ['silence', 'ChainUnreachable', { kind: 'hang' }],
  ] as const)('the fault "%s" causes %s exactly as often as requested', async (_, name, fault) => {
    const { number } = await state().head()
    const read = createChainState(anvil.chainId, nodes(fault.kind === 'hang' ? 500 : undefined))
    const hash = () => read.blockHash(number).catch(() => undefined)
    // The first call also requests the chain id.
    await eventually(hash, (found) => found !== undefined)
    const before = proxy.faults
    proxy.fault('eth_getBlockByNumber', fault, { times: 1 })
    await expect(read.blockHash(number)).rejects.toMatchObject({ name })
    expect(await eventually(hash, (found) => found !== undefined)).toMatch(/^0x/)
    expect(proxy.faults - before).toBe(1)
  })

  it.each(['break-after', 'hang-after'] as const)(
    'with the fault %s the node accepts the transaction, and the sender gets no answer',
    async (kind) => {
      const { raw, hash } = await aSignedPayment(anvil.chainId, devnet)
      const broadcaster = createBroadcaster(nodes(kind === 'hang-after' ? 500 : undefined))
      const knows = () => broadcaster.knows(hash).catch(() => undefined)
      // The first call also requests the chain id.
      await eventually(knows, (known) => known === false)
      const before = proxy.faults
      proxy.fault('eth_sendRawTransaction', { kind }, { times: 1 })
      await expect(broadcaster.send(raw)).rejects.toMatchObject({ name: 'ChainUnreachable' })
      await eventually(knows, (known) => known === true)
      expect(proxy.faults - before).toBe(1)
    },
  )

  it('freezeHead hides everything above the frozen head, and older data stays readable', async () => {
    const wallet = anAccount().address
    const before = await devnet.pay(wallet, '1')
    const height = await proxy.freezeHead()
    const after = await devnet.pay(wallet, '1')
    const newest = await createChainState(
      anvil.chainId,
      createChainNodes({ chainId: anvil.chainId, urls: [anvil.url] }),
    ).head()
    const read = state()
    const head = await read.head()
    expect(head.number).toBe(height)
    expect(await read.receipt(before)).toBeDefined()
    expect(await read.receipt(after)).toBeUndefined()
    expect(await read.blockHash(newest.number)).toBeUndefined()
    expect(await read.nativeBalance(wallet, head.hash)).toBe(10n ** 18n)
    await expect(read.nativeBalance(wallet, newest.hash)).rejects.toMatchObject({
      name: 'ChainRefused',
    })
    const logs = createChainReader(anvil.chainId, nodes())
    await expect(logs.transferLogsOfBlock(newest.hash, [wallet])).rejects.toMatchObject({
      name: 'ChainRefused',
    })
    expect(await logs.transferLogsOfRange(newest.number, newest.number, [wallet])).toEqual([])
  })

  it('a client rejects a node with another chain id', async () => {
    proxy.wrongChain(1)
    await expect(state().head()).rejects.toMatchObject({ name: 'WrongChain' })
  })

  it('forged answers replace the answers of the node', async () => {
    const wallet = anAccount().address
    const hash = await devnet.pay(wallet, '1')
    const { hash: atBlock } = await state().head()
    proxy.fault('eth_getBalance', { kind: 'forge', change: forgedBalance(wallet, 7n) })
    proxy.fault('eth_getTransactionReceipt', {
      kind: 'forge',
      change: forgedReceipt((honest) => ({ ...honest, status: '0x0' }), hash),
    })
    expect(await state().nativeBalance(wallet, atBlock)).toBe(7n)
    expect((await state().receipt(hash))?.ok).toBe(false)
  })

  it('randomly draws faults from the seed alone, in the requested shares', async () => {
    const fates = async (seed: number) => {
      proxy.randomly({ seed, fail: 0.2, dropAfter: 0.1, methods: ['eth_getBalance'] })
      const read = state()
      const { hash } = await read.head()
      const asked: string[] = []
      for (let i = 0; i < 200; i += 1) {
        const holder = `0x${i.toString(16).padStart(40, '0')}` as Address
        asked.push(
          await read.nativeBalance(holder, hash).then(
            () => 'ok',
            ({ name }) => name,
          ),
        )
      }
      return asked
    }
    const first = await fates(1)
    expect(await fates(1)).toEqual(first)
    expect(await fates(2)).not.toEqual(first)
    const failed = first.filter((fate) => fate !== 'ok').length
    expect(failed).toBeGreaterThan(35)
    expect(failed).toBeLessThan(90)
  })
})
