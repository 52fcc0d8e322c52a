import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type OwnBalancer, ownBalancer } from '../../harness/proxies/own-balancer.ts'
import { eventually } from '../../harness/waiting/eventually.ts'
import { type ScanWorld, scanWorld } from '../../harness/worlds/scan-world.ts'

/**
 * Tests a scanner with one RPC URL: that of a load balancer in front of honest nodes at different
 * heights.
 */
describe('the scanner behind a load balancer', () => {
  let world: ScanWorld
  let balancer: OwnBalancer | undefined
  beforeEach(async () => {
    world = await scanWorld()
  })
  afterEach(async () => {
    await world.close()
    await balancer?.close()
  })

  it.each([
    ['', 0],
    [' and lags further than the finality depth', 4],
  ])(
    'finds a token deposit although a lagging node twice returned no logs of the deposit’s block%s',
    async (_, lagOfRanges) => {
      const token = await world.token('plain-token', 'USDT')
      const wallet = await world.wallet()
      const asked = new Map<string, number>()
      let lagging = false
      balancer = await ownBalancer(world.anvil.url, {
        lagOf({ method, params: [filter] }) {
          if (!lagging || method !== 'eth_getLogs') return 0
          const { blockHash } = filter as { blockHash?: string }
          if (blockHash === undefined) return lagOfRanges
          const count = (asked.get(blockHash) ?? 0) + 1
          asked.set(blockHash, count)
          return count <= 2 ? 5 : 0
        },
      })
      const scanner = world.scan({ tokens: [token], rpcUrls: [balancer.url] })
      await world.caughtUp()
      lagging = true
      const hash = await world.devnet.payToken(token, wallet, 7n)
      await world.caughtUp()
      expect([...asked.values()]).toContain(2)
      expect(await world.deposits()).toEqual([])
      for (let n = 0; n < 5; n += 1) {
        await world.mine()
        await world.caughtUp()
      }
      await world.deposit(hash, 'waiting(queued)')
      expect(await world.work()).toHaveLength(1)
      expect(scanner.metrics.counts.get('late_transfers')).toBe(1)
    },
  )

  it('orphans no deposit when one node returns an orphaned head once', async () => {
    const wallet = await world.wallet()
    let lie: bigint | undefined
    let lied = 0
    balancer = await ownBalancer(world.anvil.url, {
      change({ method, params }, answer) {
        const { number } = (answer.result ?? {}) as { number?: string }
        const asked = method === 'eth_getBlockByNumber' && params[0] === 'latest' && number
        if (!asked || lie === undefined) return answer
        const died = { number: `0x${lie.toString(16)}`, hash: `0x${'ab'.repeat(32)}` }
        lie = undefined
        lied += 1
        return { result: { ...(answer.result as object), ...died } }
      },
    })
    const scanner = world.scan({ rpcUrls: [balancer.url] })
    await world.mine(5)
    const hash = await world.devnet.pay(wallet, '1')
    await world.mine(2)
    await world.deposit(hash, 'waiting(queued)')
    // The false head is below the deposit's block, and that block is final.
    lie = (await world.height()) - 4n
    await eventually(
      () => lied,
      (times) => times === 1,
    )
    await world.mine(3)
    await world.caughtUp()
    expect(await world.events('deposit.orphaned')).toEqual([])
    expect(await world.work()).toHaveLength(1)
    expect(scanner.metrics.counts.get('reorgs')).toBeUndefined()
  })

  it('reads all blocks if a new wallet holds more than the transfers that a search found', async () => {
    const token = await world.token('plain-token', 'USDT')
    const late = await world.wallet({ unlisted: true })
    const paid = [
      await world.devnet.payToken(token, late, 7n),
      await world.devnet.payToken(token, late, 8n),
    ]
    // 60 blocks are more than the newest blocks, which a backfill always reads whole.
    await world.mine(60)
    let searched = 0
    balancer = await ownBalancer(world.anvil.url, {
      change({ method, params: [filter] }, answer) {
        const { topics = [] } = (filter ?? {}) as { topics?: unknown[] }
        if (method !== 'eth_getLogs' || topics.length < 3) return answer
        searched += 1
        return { result: (answer.result as unknown[]).slice(0, 1) }
      },
    })
    world.scan({ tokens: [token], rpcUrls: [balancer.url] })
    await world.caughtUp()
    await world.list(late)
    for (const hash of paid) await world.deposit(hash, 'waiting(queued)')
    expect(searched).toBeGreaterThan(0)
  })

  it.each([
    ['the balance of one wallet', 'eth_getBalance'],
    ['the nonce of one wallet', 'eth_getTransactionCount'],
    ['every search for their transfers', 'eth_getLogs'],
  ])(
    'finds deposits of new wallets although the node refuses %s (bsc #1054)',
    async (_, refused) => {
      const token = await world.token('plain-token', 'USDT')
      const [late, other] = [
        await world.wallet({ unlisted: true }),
        await world.wallet({ unlisted: true }),
      ]
      const paid = [
        await world.devnet.payToken(token, late, 7n),
        await world.devnet.payToken(token, other, 8n),
      ]
      await world.mine(60)
      let refusals = 0
      balancer = await ownBalancer(world.anvil.url, {
        change({ method, params: [first] }, answer) {
          const { topics } = (first ?? {}) as { topics?: unknown[] }
          const isAbout = first === late || (topics?.length ?? 0) > 2
          if (method !== refused || !isAbout) return answer
          refusals += 1
          return { error: { code: -32000, message: 'missing trie node' } }
        },
      })
      world.scan({ tokens: [token], rpcUrls: [balancer.url] })
      await world.caughtUp()
      await world.list(late)
      await world.list(other)
      for (const hash of paid) await world.deposit(hash, 'waiting(queued)')
      expect(refusals).toBeGreaterThan(0)
    },
  )
})
