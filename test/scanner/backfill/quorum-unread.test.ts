import { describe, expect, it } from 'vitest'
import type { Fault } from '../../harness/proxies/faults.ts'
import { eventually } from '../../harness/waiting/eventually.ts'
import { type ThreeNodesBench, threeNodesBench } from '../../harness/worlds/three-nodes-bench.ts'

const noReceipt: Fault = { kind: 'forge', change: () => null }

describe('a receipt that some endpoints lack, with a quorum of two of three (MONEY 20)', () => {
  let world: ThreeNodesBench['world']
  let three: ThreeNodesBench['three']
  threeNodesBench((bench) => {
    ;({ world, three } = bench)
  })

  const unread = () => world.sql`select * from unread_transactions`
  const scan = async () => {
    const token = await world.token('plain-token', 'USDT')
    const scanner = world.scan({ tokens: [token], rpcUrls: three.urls, quorum: 2 })
    const wallet = await world.wallet()
    await world.caughtUp()
    return { token, scanner, wallet }
  }

  it.each([
    ['the endpoint in use', 0],
    ['the next endpoint', 1],
    ['the last endpoint', 2],
  ] as const)(
    'hands over the deposit without an unread row if %s lacks the receipt',
    async (_, at) => {
      const { token, scanner, wallet } = await scan()
      three.proxies[at].fault('eth_getTransactionReceipt', noReceipt)
      const hash = await world.devnet.payToken(token, wallet, 7n)
      await world.mine(3)
      await world.deposit(hash, 'waiting(queued)')
      expect([...(await unread())]).toEqual([])
      expect(scanner.log.lines.filter(({ message }) => message.includes('unread'))).toEqual([])
      expect(scanner.metrics.counts.get('rpc_disagreements')).toBeUndefined()
    },
  )

  it('detects a deposit at the third try if only the last endpoint has the receipt, but hands it over only once two endpoints agree', async () => {
    const { token, wallet } = await scan()
    const [first, second] = three.proxies
    first.fault('eth_getTransactionReceipt', noReceipt)
    second.fault('eth_getTransactionReceipt', noReceipt)
    const hash = await world.devnet.payToken(token, wallet, 7n)
    await world.mine(3)
    await world.deposit(hash, 'confirming')
    await eventually(unread, (rows) => rows.length === 0)
    await world.mine(3)
    expect((await world.deposits()).map(({ state }) => state)).toEqual(['confirming'])
    second.heal()
    await world.deposit(hash, 'waiting(queued)')
  })
})
