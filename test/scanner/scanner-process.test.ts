import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { getAddress } from 'viem'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { registerChains } from '../../adapters/drizzle/chains/chain-registry.ts'
import { openDatabase } from '../../adapters/drizzle/database.ts'
import { openRun, type Run, type StartedProcess } from '../../devstack/run/run.ts'
import { aChain } from '../harness/factories/a-config.ts'
import { drawAddress } from '../harness/factories/seed-rows.ts'
import { type OwnProxy, ownProxy } from '../harness/proxies/own-proxy.ts'
import { eventually } from '../harness/waiting/eventually.ts'
import { aDevChain } from '../harness/worlds/own-scanner.ts'
import { type ScanWorld, scanWorld } from '../harness/worlds/scan-world.ts'

const cli = fileURLToPath(new URL('../../cli/coldsweep.mjs', import.meta.url))
/** No server listens on this port. */
const nowhere = '127.0.0.1:1'

describe('the scanner process', () => {
  let world: ScanWorld
  let run: Run
  let proxy: OwnProxy
  let databaseUrl: string
  beforeEach(async () => {
    world = await scanWorld()
    run = openRun()
    const { hostname, port } = new URL(world.databaseUrl)
    proxy = await ownProxy(hostname, Number(port))
    databaseUrl = Object.assign(new URL(world.databaseUrl), { port: String(proxy.port) }).href
  })
  afterEach(async () => {
    await run.close()
    await proxy.close()
    await world.close()
  })

  const chainEntry = (change: Record<string, unknown> = {}) =>
    aChain({
      id: world.anvil.chainId,
      name: 'devnet',
      rpc: [world.anvil.url],
      startBlock: 0,
      finality: { depth: 2 },
      blockTimeMs: 250,
      coldWallet: getAddress(world.coldWallet),
      gasKeeper: { address: getAddress(world.keeper), alertBelow: '0.5' },
      tokens: [],
      ...change,
    })

  /** Writes the chains into the database, as `coldsweep migrate` does. */
  async function register(...ids: number[]) {
    const database = openDatabase(world.databaseUrl, { applicationName: 'test', max: 1 })
    const { coldWallet, keeper } = world
    await registerChains(
      database.db,
      ids.map((id) => aDevChain({ id, coldWallet, keeper })),
    )
    await database.close()
  }

  let started = 0
  let extra: Readonly<Record<string, string>> = {}
  function start(args: readonly string[], ...chains: Record<string, unknown>[]): StartedProcess {
    started += 1
    const config = join(run.folder, `coldsweep-${started}.yaml`)
    writeFileSync(config, stringify({ chains, walletRefreshSeconds: 0.2, lateWalletBlocks: 5 }))
    const env = {
      COLDSWEEP_CONFIG: config,
      DATABASE_URL: databaseUrl,
      CENTRAL_DATABASE_URL: world.centralUrl,
      REDIS_URL: `redis://${nowhere}`,
      REDIS_PREFIX: 'test:',
      TEMPORAL_ADDRESS: nowhere,
      TEMPORAL_NAMESPACE: 'none',
      HTTP_PORT: '0',
      LOG_LEVEL: 'debug',
      ...extra,
    }
    const name = `${started}-${args[0]}`
    return run.start({ name, command: process.execPath, args: [cli, ...args], env })
  }

  const logOf = ({ logFile }: StartedProcess) => readFileSync(logFile, 'utf8')

  async function readyz(scanner: StartedProcess) {
    const port = await eventually(
      () => /"port":(\d+)/.exec(logOf(scanner))?.[1],
      (found) => found !== undefined,
    )
    const response = await fetch(`http://127.0.0.1:${port}/readyz`)
    return { status: response.status, body: await response.text() }
  }

  async function stop(scanner: StartedProcess) {
    process.kill(scanner.pid, 'SIGTERM')
    return scanner.ended
  }

  it('scans and is ready with Redis and Temporal down, and exits with 0 at SIGTERM', async () => {
    await register(world.anvil.chainId)
    const wallet = await world.wallet()
    const scanner = start(['scanner'], chainEntry())
    const hash = await world.devnet.pay(wallet, '1')
    await world.mine(2)
    await eventually(
      async () => (await world.deposits()).map(({ id, state }) => `${id} ${state}`),
      (rows) => rows.includes(`${world.anvil.chainId}:${hash}:native waiting`),
    )
    expect(
      await eventually(
        () => readyz(scanner),
        ({ status }) => status === 200,
      ),
    ).toBeDefined()
    expect(await stop(scanner)).toBe(0)
    expect(logOf(scanner)).not.toContain(new URL(world.anvil.url).port)
  })

  it('is not ready while its database is down at the start, and exits with 0 at SIGTERM', async () => {
    await register(world.anvil.chainId)
    proxy.cut()
    const scanner = start(['scanner'], chainEntry())
    const told = await eventually(
      () => readyz(scanner),
      ({ body }) => body.includes('database'),
    )
    expect(told.status).toBe(503)
    expect(await stop(scanner)).toBe(0)
    const second = start(['scanner'], chainEntry())
    await eventually(
      () => readyz(second),
      ({ body }) => body.includes('database'),
    )
    proxy.restore()
    await eventually(
      () => readyz(second),
      ({ status }) => status === 200,
    )
    expect(await stop(second)).toBe(0)
  })

  it('warns about a private key in its environment without printing the key (MONEY 19)', async () => {
    await register(world.anvil.chainId)
    extra = { GAS_KEEPER_PRIVATE_KEY: 'ab'.repeat(32), GAS_KEEPER_PRIVATE_KEY_56_FILE: '/none' }
    const scanner = start(['scanner'], chainEntry())
    extra = {}
    await eventually(
      () => readyz(scanner),
      ({ status }) => status === 200,
    )
    expect(logOf(scanner)).toContain('private key that it never uses')
    expect(logOf(scanner)).toContain('["GAS_KEEPER_PRIVATE_KEY","GAS_KEEPER_PRIVATE_KEY_56_FILE"]')
    expect(await stop(scanner)).toBe(0)
    expect(logOf(scanner)).not.toContain('abab')
  })

  it('exits with 2 and reports the fix if config, node and database disagree (MONEY 18)', async () => {
    const refused = async (chain: Record<string, unknown>) => {
      const scanner = start(['scanner'], chain)
      expect(await scanner.ended).toBe(2)
      return logOf(scanner)
    }
    expect(await refused(chainEntry())).toContain('is not registered: run "coldsweep migrate"')
    await register(world.anvil.chainId, 777)
    expect(await refused(chainEntry({ id: 777 }))).toContain(
      `rpc endpoint 1 of chain 777 serves chain ${world.anvil.chainId}: fix chains[].rpc`,
    )
    const other = getAddress(drawAddress() as `0x${string}`)
    expect(await refused(chainEntry({ coldWallet: other }))).toContain(
      `but ${getAddress(world.coldWallet)} in the database`,
    )
    // In this bytecode, `balanceOf` returns the holder's native balance.
    const coin = getAddress(drawAddress())
    await world.devnet.request('anvil_setCode', [coin, '0x6004353160005260206000f3'])
    const tokens = [{ address: coin, symbol: 'COIN', decimals: 18, min: '1' }]
    expect(await refused(chainEntry({ tokens }))).toContain(
      `token COIN, ${coin}, is the native coin as an ERC-20`,
    )
    await world.list(world.keeper)
    expect(await refused(chainEntry())).toContain('is in userwallet')
  })

  it('scans one chain while the node of another chain is down, and reports the other chain on /readyz', async () => {
    await register(world.anvil.chainId, 777)
    const wallet = await world.wallet()
    const dead = chainEntry({ id: 777, name: 'dead', rpc: [`http://${nowhere}/secret-key`] })
    const scanner = start(['scanner'], dead, chainEntry())
    const hash = await world.devnet.pay(wallet, '1')
    await eventually(
      () => world.deposits(),
      (rows) => rows.some(({ id }) => id.includes(hash)),
    )
    const told = await eventually(
      () => readyz(scanner),
      ({ body }) => body.includes('scanner-dead') && !body.includes('scanner-devnet'),
    )
    expect(told.status).toBe(503)
    expect(await stop(scanner)).toBe(0)
    expect(logOf(scanner)).not.toContain('secret-key')
  })

  it('hands over a deposit that is older than the lateWalletBlocks window at once after a rescan command', async () => {
    await register(world.anvil.chainId)
    const late = await world.wallet({ unlisted: true })
    const scanner = start(['scanner'], chainEntry())
    const hash = await world.devnet.pay(late, '1')
    await world.mine(30)
    await world.caughtUp()
    await eventually(
      async () => (await world.sql`select wallets_height, height from scan_cursors`)[0],
      (row) => row?.['wallets_height'] === row?.['height'],
    )
    await world.list(late)
    await eventually(
      async () => (await world.sql`select 1 from wallets`).length,
      (count) => count === 1,
    )
    const chain = String(world.anvil.chainId)
    const signed = ['--operator', 'ann', '--reason', 'it came late']
    const blocks = (to: string) => ['--chain', chain, '--from', '1', '--to', to]
    const rescan = start(['rescan', ...blocks('20'), ...signed], chainEntry())
    expect(await rescan.ended).toBe(0)
    expect(logOf(rescan)).toContain('rescanned 20 blocks, found 1 new deposit')
    const [row] = await world.deposits()
    expect(row).toMatchObject({ id: `${chain}:${hash}:native`, state: 'waiting', reason: 'queued' })
    const beyond = start(['rescan', ...blocks('9999'), ...signed], chainEntry())
    expect(await beyond.ended).not.toBe(0)
    expect(logOf(beyond)).toContain('the scanner of devnet is at block')
    expect(await stop(scanner)).toBe(0)
  })
})
