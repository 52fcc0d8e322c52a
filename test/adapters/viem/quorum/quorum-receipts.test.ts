import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Hash } from '../../../../domain/address.ts'
import { aHash } from '../../../harness/factories/a-transaction.ts'
import { forgedReceipt } from '../../../harness/proxies/forgeries.ts'
import { quorumOf } from '../../../harness/proxies/three-proxies.ts'
import { type QuorumWorld, quorumWorld } from '../../../harness/worlds/quorum-world.ts'

describe('receipts by a quorum of two out of three endpoints (MONEY 20)', () => {
  let world: QuorumWorld
  let devnet: QuorumWorld['devnet']
  let three: QuorumWorld['three']
  let wallet: QuorumWorld['wallet']
  afterEach(() => three.heal())
  afterAll(async () => await world?.close())
  // `patienceMs` is long, so that the quorum waits for the honest endpoints even on a slow machine.
  const open = () => quorumOf(world.anvil.chainId, three.urls, { patienceMs: 30_000 })
  const disagreements = ({ metrics }: ReturnType<typeof open>) =>
    metrics.counts.get('rpc_disagreements') ?? 0

  const failed = forgedReceipt((honest) => ({ ...honest, status: '0x0' }))
  const without = forgedReceipt((honest) => ({ ...honest, logs: [] }))
  const elsewhere = forgedReceipt((honest) => {
    const blockHash = aHash()
    const logs = (honest['logs'] as object[]).map((log) => ({ ...log, blockHash }))
    return { ...honest, blockHash, logs }
  })
  const contradictory = forgedReceipt((honest) => ({ ...honest, blockHash: aHash() }))
  const denied = () => null
  let paid: Hash
  beforeAll(async () => {
    world = await quorumWorld()
    ;({ devnet, three, wallet } = world)
    paid = await devnet.payToken(world.usdt, wallet, 1n)
    await world.mine(5)
  })

  it.each([
    ['status', failed],
    ['logs', without],
    ['block', elsewhere],
    ['block hash that differs from the logs', contradictory],
  ] as const)('throws QuorumDisagrees for a forged %s', async (_, change) => {
    three.proxies[0].fault('eth_getTransactionReceipt', { kind: 'forge', change })
    await expect(open().state.receipt(paid)).rejects.toMatchObject({ name: 'QuorumDisagrees' })
    three.proxies[2].fault('*', { kind: 'break' })
    await expect(open().state.receipt(paid)).rejects.toMatchObject({ name: 'QuorumDisagrees' })
  })

  it.each([
    ['omits the sender', { from: null }],
    ['omits the receiver', { to: null }],
    ['omits the index', { transactionIndex: null }],
    ['returns an impossible index (erigon #21658)', { transactionIndex: '0xd386b0dd' }],
    ['counts indexes differently', { transactionIndex: '0x7' }],
    ['has another block hash in its logs (victionchain #429)', {}],
  ])('accepts the receipt of an endpoint that %s', async (_, odd) => {
    const change = forgedReceipt((honest) => ({
      ...honest,
      ...odd,
      logs: (honest['logs'] as object[]).map((log) => ({
        ...log,
        blockHash: `0x${'5e'.repeat(32)}`,
      })),
    }))
    three.proxies[0].fault('eth_getTransactionReceipt', { kind: 'forge', change })
    const quorum = open()
    expect(await quorum.state.receipt(paid)).toMatchObject({ ok: true, transactionIndex: 0 })
    expect(await quorum.history.mined(paid)).toMatchObject({ ok: true, txIndex: 0 })
    expect(disagreements(quorum)).toBe(0)
  })

  it('throws QuorumDisagrees if two receipts of one block differ, even before the block is final', async () => {
    const fresh = await devnet.pay(wallet, '0.1')
    three.proxies[0].fault('eth_getTransactionReceipt', { kind: 'forge', change: failed })
    await expect(open().state.receipt(fresh)).rejects.toMatchObject({ name: 'QuorumDisagrees' })
  })

  it('throws QuorumDisagrees if one endpoint denies a receipt of a final block', async () => {
    three.proxies[1].fault('eth_getTransactionReceipt', { kind: 'forge', change: denied })
    three.proxies[2].fault('*', { kind: 'break' })
    await expect(open().state.receipt(paid)).rejects.toMatchObject({ name: 'QuorumDisagrees' })
  })

  it('throws QuorumShort, without an alarm, if the other endpoints give no answer about a final block', async () => {
    three.proxies[0].fault('*', { kind: 'break' })
    three.proxies[2].fault('eth_getTransactionReceipt', { kind: 'break' })
    const quorum = open()
    await expect(quorum.state.receipt(paid)).rejects.toMatchObject({ name: 'QuorumShort' })
    expect(disagreements(quorum)).toBe(0)
  })

  it('throws QuorumDisagrees for an invented receipt of an unknown transaction', async () => {
    const result = await devnet.request('eth_getTransactionReceipt', [paid])
    const invented = aHash()
    const change = () => ({ ...(result as object), transactionHash: invented })
    three.proxies[0].fault('eth_getTransactionReceipt', { kind: 'forge', change })
    await expect(open().state.receipt(invented)).rejects.toMatchObject({
      name: 'QuorumDisagrees',
    })
  })

  it('returns undefined without a disagreement if only the fastest endpoint has the receipt', async () => {
    await three.proxies[1].freezeHead()
    await three.proxies[2].freezeHead()
    const hash = await devnet.pay(wallet, '0.1')
    const quorum = open()
    expect(await quorum.state.receipt(hash)).toBeUndefined()
    expect(disagreements(quorum)).toBe(0)
  })

  describe('history.mined, for reconcile and recover', () => {
    const mined = (hash: Hash) => open().history.mined(hash)
    const paysMore = (honest: unknown) =>
      honest && { ...(honest as object), value: '0xde0b6b3a7640000' }

    it('returns the transaction if two of three endpoints agree', async () => {
      three.proxies[2].fault('*', { kind: 'break' })
      expect(await mined(paid)).toMatchObject({ hash: paid, ok: true, valueWei: 0n })
    })

    it('throws QuorumDisagrees for a forged value or receipt', async () => {
      const [liar] = three.proxies
      liar.fault('eth_getTransactionByHash', { kind: 'forge', change: paysMore })
      await expect(mined(paid)).rejects.toMatchObject({ name: 'QuorumDisagrees' })
      liar.heal()
      liar.fault('eth_getTransactionReceipt', { kind: 'forge', change: failed })
      await expect(mined(paid)).rejects.toMatchObject({ name: 'QuorumDisagrees' })
    })

    it('throws QuorumDisagrees if one endpoint denies the transaction, and returns undefined if all do', async () => {
      three.proxies[1].fault('eth_getTransactionReceipt', { kind: 'forge', change: denied })
      three.proxies[2].fault('*', { kind: 'break' })
      await expect(mined(paid)).rejects.toMatchObject({ name: 'QuorumDisagrees' })
      three.heal()
      expect(await mined(aHash())).toBeUndefined()
    })

    it('reads the transaction from the other endpoints if one endpoint’s answers place it in two blocks', async () => {
      three.proxies[0].fault('eth_getTransactionReceipt', { kind: 'forge', change: elsewhere })
      expect(await mined(paid)).toMatchObject({ hash: paid, ok: true })
    })
  })
})
