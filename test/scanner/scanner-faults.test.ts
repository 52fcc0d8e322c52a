import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openRun } from '../../devstack/run/run.ts'
import type { Address } from '../../domain/address.ts'
import type { ChainReader } from '../../domain/chains/nodes/chain-reader.ts'
import { ChainUnreachable } from '../../domain/errors.ts'
import { faultProxy } from '../harness/proxies/fault-proxy.ts'
import { type OwnProxy, ownProxy } from '../harness/proxies/own-proxy.ts'
import { eventually } from '../harness/waiting/eventually.ts'
import { aDevChain } from '../harness/worlds/own-scanner.ts'
import { type ScanWorld, scanWorld } from '../harness/worlds/scan-world.ts'
import type { ScannerProcessOptions } from '../harness/worlds/scanner-process.ts'

describe('the scanner among faults', () => {
  let world: ScanWorld
  const proxies: OwnProxy[] = []
  beforeEach(async () => {
    world = await scanWorld()
  })
  afterEach(async () => {
    await world.close()
    for (const proxy of proxies.splice(0)) await proxy.close()
  })

  /** Puts a TCP proxy in front of the server, so that the test can cut the connection. */
  async function throughProxy(url: string) {
    const to = new URL(url)
    const proxy = await ownProxy(to.hostname, Number(to.port))
    proxies.push(proxy)
    return { proxy, url: Object.assign(to, { port: String(proxy.port) }).href }
  }

  /** Makes deposits, each followed by empty blocks. Returns the transaction hashes. */
  async function history(wallet: Address, deposits: number, gap: number) {
    const hashes: string[] = []
    for (let i = 0; i < deposits; i += 1) {
      hashes.push(await world.devnet.pay(wallet, '0.1'))
      await world.mine(gap)
    }
    return hashes
  }

  async function expectEachOnce(hashes: readonly string[]) {
    await world.mine(2)
    await world.caughtUp()
    const ids = hashes.map((hash) => `${world.anvil.chainId}:${hash}:native`)
    const rows = await world.deposits()
    expect(rows.map(({ id, state }) => [id, state])).toEqual(ids.map((id) => [id, 'waiting']))
    expect((await world.work()).map(({ body }) => body['depositId'])).toEqual(ids)
    const heights = (await world.events('chain.block')).map(({ seq }) => seq)
    expect(heights).toEqual(Array.from({ length: heights.length }, (_, i) => i + 1))
  }

  it('hands over every deposit once although it is killed three times while it catches up over 300 blocks', async () => {
    const wallet = await world.wallet()
    const hashes = await history(wallet, 20, 14)
    const { anvil, coldWallet, keeper, databaseUrl, centralUrl } = world
    const node = await faultProxy(anvil.url)
    const options: ScannerProcessOptions = {
      chain: { id: anvil.chainId, coldWallet, keeper },
      rpcUrls: [node.url],
      databaseUrl,
      centralUrl,
      firstRange: 8,
    }
    const script = fileURLToPath(new URL('../harness/worlds/scanner-process.ts', import.meta.url))
    const args = ['--import', 'tsx', script, JSON.stringify(options)]
    const run = openRun()
    const height = async () =>
      Number((await world.sql`select height from scan_cursors`)[0]?.['height'] ?? 0)
    try {
      let kills = 0
      for (let until = 20; until < 250; until += 90) {
        // The node shows a head 60 blocks above the height of the kill, so the kill always comes
        // before the scan is complete.
        await node.freezeHead(BigInt(until + 60))
        const child = run.start({ name: `scanner-${kills}`, command: process.execPath, args })
        await eventually(height, (now) => now >= until)
        process.kill(child.pid, 'SIGKILL')
        expect(await child.ended).toBe(137)
        kills += 1
      }
      expect(kills).toBe(3)
      expect(await height()).toBeLessThan(300)
    } finally {
      await run.close()
      await node.close()
    }
    world.scan()
    await expectEachOnce(hashes)
  })

  it('catches up although the node fails repeatedly', async () => {
    const wallet = await world.wallet()
    const hashes = await history(wallet, 10, 5)
    let asked = 0
    const failing = (reader: ChainReader): ChainReader => {
      const flaky =
        <A extends unknown[], R>(method: (...args: A) => Promise<R>) =>
        async (...args: A) => {
          asked += 1
          if (asked % 30 === 0) throw new ChainUnreachable('the node did not answer in time')
          return method(...args)
        }
      return {
        ...reader,
        head: flaky(reader.head),
        block: flaky(reader.block),
        receipt: flaky(reader.receipt),
        pinned: () => failing(reader.pinned()),
      }
    }
    world.scan({ around: failing, tuning: { firstRange: 10 } })
    await expectEachOnce(hashes)
  })

  it('finds token deposits although range searches for logs return no logs', async () => {
    const token = await world.token('plain-token', 'USDT')
    const wallet = await world.wallet()
    const paid = [
      await world.devnet.payToken(token, wallet, 1n),
      await world.devnet.payToken(token, wallet, 2n),
    ]
    await world.mine(20)
    let empty = 0
    const lagging = (reader: ChainReader): ChainReader => ({
      ...reader,
      async transferLogsOfRange() {
        empty += 1
        return []
      },
      pinned: () => lagging(reader.pinned()),
    })
    world.scan({ tokens: [token], around: lagging })
    for (const hash of paid) await world.deposit(hash, 'waiting(queued)')
    expect(empty).toBeGreaterThan(0)
  })

  it('continues and reports a problem while the central database is down, then backfills all blocks of the outage', async () => {
    const known = await world.wallet()
    const { proxy, url } = await throughProxy(world.centralUrl)
    const scanner = world.scan({ centralUrl: url, lateWalletBlocks: 3 })
    await world.mine(2)
    await world.caughtUp()
    proxy.cut()
    await eventually(
      () => scanner.problems()[0] ?? '',
      (problem) => problem.includes('new wallets are not seen'),
    )
    const late = await world.wallet()
    const paidMeanwhile = await world.devnet.pay(late, '1')
    await world.mine(30)
    const paid = await world.devnet.pay(known, '1')
    await world.deposit(paid, 'detected')
    proxy.restore()
    await world.deposit(paidMeanwhile, 'waiting(queued)')
    await eventually(scanner.problems, (problems) => problems.every((one) => one === undefined))
  })

  it.each(['cut', 'freeze'] as const)(
    'continues when the coldsweep database is reachable again (%s)',
    async (fault) => {
      const wallet = await world.wallet()
      const { proxy, url } = await throughProxy(world.databaseUrl)
      const scanner = world.scan({ databaseUrl: url })
      const before = await world.devnet.pay(wallet, '1')
      await world.deposit(before, 'detected')
      proxy[fault]()
      const meanwhile = await world.devnet.pay(wallet, '2')
      await eventually(
        () => scanner.problems()[1] ?? '',
        (problem) => problem.includes('database'),
      )
      proxy.restore()
      await expectEachOnce([before, meanwhile])
      await eventually(scanner.problems, ([, problem]) => problem === undefined)
    },
  )

  it('polls at once after a WebSocket message, and finds the same deposits without a WebSocket', async () => {
    const wallet = await world.wallet()
    const { proxy, url } = await throughProxy(world.anvil.wsUrl)
    const { anvil, coldWallet, keeper } = world
    // The scanner polls every 10 s, so it detects within 2 s only after a WebSocket message.
    const chain = aDevChain({ id: anvil.chainId, coldWallet, keeper, blockTimeMs: 60_000 })
    world.scan({ chain, wsUrls: [url] })
    const within = async (limitMs: number) => {
      const hash = await world.devnet.pay(wallet, '1')
      const seen = async () => (await world.deposits()).some(({ id }) => id.includes(hash))
      return eventually(seen, (found) => found, limitMs).then(
        () => true,
        () => false,
      )
    }
    const quick = () => within(2_000)
    await eventually(quick, (wasQuick) => wasQuick)
    proxy.cut()
    expect(await within(60_000)).toBe(true)
    proxy.restore()
    await eventually(quick, (wasQuick) => wasQuick)
    const paid = await world.devnet.request('eth_blockNumber')
    expect(await world.deposits()).toHaveLength(Number(paid))
  })

  it('waits while another instance leads the chain, and continues where a killed leader stopped', async () => {
    const wallet = await world.wallet()
    const [first, second] = [world.scan(), world.scan()]
    const leads = (scanner: typeof first) =>
      scanner.log.lines.some(({ message }) => message === 'scanning chain')
    await eventually(
      () => [leads(first), leads(second)],
      (seen) => seen.includes(true),
    )
    const before = await world.devnet.pay(wallet, '1')
    await world.deposit(before, 'detected')
    await sleep(100)
    expect([leads(first), leads(second)].filter(Boolean)).toHaveLength(1)
    await world.sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'coldsweep-lead-scanner' and datname = current_database()
        and pid in (select pid from pg_locks where locktype = 'advisory')`
    const after = await world.devnet.pay(wallet, '2')
    await world.deposit(after, 'detected')
    await expectEachOnce([before, after])
  })

  it('switches to the next node if a node lags behind the cursor', async () => {
    const wallet = await world.wallet()
    await world.mine(10)
    let stale: Awaited<ReturnType<ChainReader['head']>> | undefined
    let moved = 0
    const lagging = (reader: ChainReader): ChainReader => ({
      ...reader,
      head: async () => (moved > 0 ? reader.head() : (stale ?? reader.head())),
      pinned: () => lagging(reader.pinned()),
      moveOn: () => {
        moved += 1
      },
    })
    world.scan({ around: lagging, tuning: { lagMs: 200 } })
    await world.mine(1)
    await world.caughtUp()
    const raw = await world.devnet.request('eth_getBlockByNumber', ['0x5', false])
    const { hash, parentHash } = raw as { hash: Address; parentHash: Address }
    stale = { number: 5n, hash, parentHash, logsBloom: '0x', timestamp: 0n }
    const paid = await world.devnet.pay(wallet, '1')
    await world.deposit(paid, 'detected')
    expect(moved).toBeGreaterThan(0)
  })
})
