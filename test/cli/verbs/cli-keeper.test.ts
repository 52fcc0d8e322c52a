import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openDevnet } from '../../harness/devnet/devnet.ts'
import { type OwnAnvil, ownAnvil } from '../../harness/devnet/own-anvil.ts'
import { aChain } from '../../harness/factories/a-config.ts'
import { seedDeposit, seedSweep, seedTransaction } from '../../harness/factories/seed-rows.ts'
import { type CliEnvironment, cliEnvironment } from '../../harness/processes/cli-environment.ts'
import { runCli } from '../../harness/processes/run-cli.ts'
import { type OwnDatabase, ownDatabase } from '../../harness/services/own-database.ts'

const keeper = privateKeyToAccount(generatePrivateKey()).address
const nowhere = 'http://127.0.0.1:1/v3/hunter2'
let anvil: OwnAnvil
let database: OwnDatabase
let cli: CliEnvironment
const chain = (change: Record<string, unknown> = {}) =>
  aChain({
    id: anvil.chainId,
    name: 'devnet',
    rpc: [anvil.url],
    finality: { depth: 2 },
    gasKeeper: { address: keeper, alertBelow: '0.5' },
    gas: { maxFeeGwei: 200, maxPriorityFeeGwei: 2 },
    native: { symbol: 'ETH', min: '0.01' },
    ...change,
  })

beforeAll(async () => {
  anvil = await ownAnvil()
  const devnet = openDevnet(anvil)
  await devnet.setEther(keeper, 3)
  await devnet.request('anvil_mine', ['0x2'])
  database = await ownDatabase()
  cli = cliEnvironment({ DATABASE_URL: database.url }, chain())
})
beforeEach(() => cli.configure(chain()))
afterAll(async () => {
  cli?.remove()
  await database?.drop()
  await anvil?.stop()
})

describe('keeper', () => {
  it('shows balance, uncommitted balance, transactions in flight and waiting sweeps (MONEY 7)', async () => {
    const { sql } = database
    const sender = keeper.toLowerCase()
    const chainId = anvil.chainId
    for (const [nonce, minedBlock] of [undefined, 1].entries()) {
      const sweepId = await seedSweep(sql)
      await seedTransaction(sql, {
        sweepId,
        step: 'gas',
        sender,
        nonce,
        valueWei: '1000000000000000000',
        maxFeeWei: '2000000000',
        ...(minedBlock === undefined ? {} : { minedBlock }),
      })
    }
    await sql`update transactions set chain_id = ${chainId}`
    await sql`insert into lanes (chain_id, sender, role, entry_nonce, next_nonce) values (${chainId}, ${sender}, 'keeper', 0, 2)`
    await sql`insert into keeper_watches (chain_id, level, balance_wei) values (${chainId}, 'low', 5)`
    await seedDeposit(sql, { chainId, reason: 'keeper-low' })
    await seedDeposit(sql, { chainId, reason: 'lane-full' })
    const { code, envelope } = await runCli(['keeper', '--json'], cli.env).then((it) => ({ ...it }))
    expect(code).toBe(0)
    // 3 ETH minus the unmined transfer of 1 ETH and its 21,000 gas at 2 gwei. The balance already
    // reflects the mined transfer.
    expect(envelope().data).toMatchObject([
      {
        chainId,
        chain: 'devnet',
        asset: 'ETH',
        address: keeper,
        balance: '3000000000000000000',
        uncommitted: '1999958000000000000',
        alertBelow: '500000000000000000',
        level: 'ok',
        inFlight: 1,
        maxInFlight: 16,
        waiting: { keeperLow: 1, laneFull: 1 },
        nextNonce: 2,
        lastWatch: { level: 'low', balance: '5' },
        refills: [],
        foreignTransactions: 0,
      },
    ])
    const { stdout } = await runCli(['keeper'], cli.env)
    expect(stdout).toMatch(/uncommitted +1\.999958 ETH \(alert below 0\.5 ETH\)/)
    expect(stdout).toMatch(/waiting +1 keeper-low, 1 lane-full/)
    expect(stdout).toMatch(/last watch +\d+s ago: low, for \d+s now$/m)
    await sql`update keeper_watches set looked_at = now() - interval '1 hour'`
    expect((await runCli(['keeper'], cli.env)).stdout).toMatch(
      /last watch +1h ago: .*is a worker up\?/,
    )
  })

  it('exits 75 if the node is down, and still shows the data of the database', async () => {
    cli.configure(chain({ rpc: [nowhere] }))
    const answer = await runCli(['keeper', '--json'], cli.env)
    expect(answer.code).toBe(75)
    expect(answer.envelope()).toMatchObject({
      ok: false,
      data: [{ balance: null, level: null, inFlight: 1 }],
      errors: [{ code: 'unavailable' }],
    })
    expect(answer.stdout).not.toContain('hunter2')
  })

  it('shows a paused chain with the reason and the operator', async () => {
    const { sql } = database
    await sql`insert into chains (id, name, cold_wallet, paused_reason)
      values (${anvil.chainId}, 'devnet', ${keeper}, 'fork (ann)')`
    const [json, text] = await Promise.all([
      runCli(['keeper', '--json'], cli.env),
      runCli(['keeper'], cli.env),
    ])
    await sql`delete from chains`
    expect(json.envelope().data).toMatchObject([{ chainPaused: 'fork (ann)' }])
    expect(text.stdout).toMatch(/chain paused +fork \(ann\): nothing new is planned or signed/)
  })

  it('rejects an unconfigured chain and lists the configured chains', async () => {
    const { code, envelope } = await runCli(['keeper', '--chain', '7', '--json'], cli.env)
    expect(code).toBe(2)
    expect(envelope().errors[0]?.hint).toContain('devnet')
  })
})

describe('keeper drain', () => {
  const drain = (...more: readonly string[]) =>
    runCli(
      [
        'keeper',
        'drain',
        '--to',
        'keeper',
        '--operator',
        'ann',
        '--reason',
        'r',
        ...more,
        '--json',
      ],
      cli.env,
    )

  it('exits 2 without a chain, for an unknown chain and for another receiver', async () => {
    const missing = await drain()
    expect(missing.code).toBe(2)
    expect(missing.envelope().errors).toMatchObject([
      { message: expect.stringContaining('--chain') },
    ])
    expect((await drain('--chain', '57')).code).toBe(2)
    expect((await drain('--chain', 'devnet', '--to', keeper)).code).toBe(2)
  })

  it('exits 3 for a chain without a retired keeper, at each position of --chain', async () => {
    expect((await drain('--chain', 'devnet')).code).toBe(3)
    expect((await drain('--chain', String(anvil.chainId))).code).toBe(3)
    const argv = [
      'keeper',
      '--chain',
      'devnet',
      'drain',
      '--to',
      'keeper',
      '--operator',
      'ann',
      '--reason',
      'r',
    ]
    expect((await runCli(argv, cli.env)).code).toBe(3)
  })
})

describe('keeper withdraw-drain', () => {
  const by = ['--operator', 'ann', '--reason', 'r'] as const
  const withdraw = (...more: readonly string[]) =>
    runCli(['keeper', 'withdraw-drain', ...by, ...more, '--json'], cli.env)

  it('exits 2 without a chain or a keeper, and 3 without an open order', async () => {
    expect((await withdraw('--keeper', keeper)).code).toBe(2)
    expect((await withdraw('--chain', 'devnet')).code).toBe(2)
    const none = await withdraw('--chain', 'devnet', '--keeper', keeper)
    expect(none.code).toBe(3)
    expect(none.envelope().errors).toMatchObject([
      { message: expect.stringContaining('no order to drain') },
    ])
  })
})
