import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Hash } from '../../../../domain/address.ts'
import { aHash } from '../../../harness/factories/a-transaction.ts'
import { forgedReceipt } from '../../../harness/proxies/forgeries.ts'
import { quorumOf } from '../../../harness/proxies/three-proxies.ts'
import { type QuorumWorld, quorumWorld } from '../../../harness/worlds/quorum-world.ts'

describe('receipts by a quorum of three endpoints, two needed (MONEY 20)', () => {
  let world: QuorumWorld
  let devnet: QuorumWorld['devnet']
  let three: QuorumWorld['three']
  let wallet: QuorumWorld['wallet']
  afterEach(() => three.heal())
  afterAll(async () => await world?.close())
  // Patient: the honest ones answer too, however slow the machine is.
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
    ['block that its logs do not name', contradictory],
  ] as const)('a forged %s is a disagreement', async (_, change) => {
    three.proxies[0].fault('eth_getTransactionReceipt', { kind: 'forge', change })
    await expect(open().state.receipt(paid)).rejects.toMatchObject({ name: 'QuorumDisagrees' })
    three.proxies[2].fault('*', { kind: 'break' })
    await expect(open().state.receipt(paid)).rejects.toMatchObject({ name: 'QuorumDisagrees' })
  })

  it.each([
    ['leaves out the sender', { from: null }],
    ['leaves out the receiver', { to: null }],
    ['leaves out the place', { transactionIndex: null }],
    ['tells a place that no block has (erigon #21658)', { transactionIndex: '0xd386b0dd' }],
    ['counts places its own way', { transactionIndex: '0x7' }],
    ['names its logs’ block otherwise (victionchain #429)', {}],
  ])('an endpoint that %s says the same as the others', async (_, odd) => {
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

  it('two receipts of one block are a disagreement before it is final too', async () => {
    const fresh = await devnet.pay(wallet, '0.1')
    three.proxies[0].fault('eth_getTransactionReceipt', { kind: 'forge', change: failed })
    await expect(open().state.receipt(fresh)).rejects.toMatchObject({ name: 'QuorumDisagrees' })
  })

  it('a receipt of a final block that others deny to the end is a disagreement', async () => {
    three.proxies[1].fault('eth_getTransactionReceipt', { kind: 'forge', change: denied })
    three.proxies[2].fault('*', { kind: 'break' })
    await expect(open().state.receipt(paid)).rejects.toMatchObject({ name: 'QuorumDisagrees' })
  })

  it('an invented receipt of a transaction that nobody mined is not believed', async () => {
    const result = await devnet.request('eth_getTransactionReceipt', [paid])
    const invented = aHash()
    const change = () => ({ ...(result as object), transactionHash: invented })
    three.proxies[0].fault('eth_getTransactionReceipt', { kind: 'forge', change })
    await expect(open().state.receipt(invented)).rejects.toMatchObject({
      name: 'QuorumDisagrees',
    })
  })

  it('a receipt that one node has first is no disagreement', async () => {
    await three.proxies[1].freezeHead()
    await three.proxies[2].freezeHead()
    const hash = await devnet.pay(wallet, '0.1')
    const quorum = open()
    expect(await quorum.state.receipt(hash)).toBeUndefined()
    expect(disagreements(quorum)).toBe(0)
  })

  describe('a mined transaction, as the books and a recovery ask for it', () => {
    const mined = (hash: Hash) => open().history.mined(hash)
    const paysMore = (honest: unknown) =>
      honest && { ...(honest as object), value: '0xde0b6b3a7640000' }

    it('is what two of three say', async () => {
      three.proxies[2].fault('*', { kind: 'break' })
      expect(await mined(paid)).toMatchObject({ hash: paid, ok: true, valueWei: 0n })
    })

    it('with a forged value or receipt is a disagreement', async () => {
      const [liar] = three.proxies
      liar.fault('eth_getTransactionByHash', { kind: 'forge', change: paysMore })
      await expect(mined(paid)).rejects.toMatchObject({ name: 'QuorumDisagrees' })
      liar.heal()
      liar.fault('eth_getTransactionReceipt', { kind: 'forge', change: failed })
      await expect(mined(paid)).rejects.toMatchObject({ name: 'QuorumDisagrees' })
    })

    it('that one node denies to the end is a disagreement; that none has is none', async () => {
      three.proxies[1].fault('eth_getTransactionReceipt', { kind: 'forge', change: denied })
      three.proxies[2].fault('*', { kind: 'break' })
      await expect(mined(paid)).rejects.toMatchObject({ name: 'QuorumDisagrees' })
      three.heal()
      expect(await mined(aHash())).toBeUndefined()
    })

    it('of a node that shows it in two blocks at once counts as no answer', async () => {
      three.proxies[0].fault('eth_getTransactionReceipt', { kind: 'forge', change: elsewhere })
      expect(await mined(paid)).toMatchObject({ hash: paid, ok: true })
    })
  })
})
