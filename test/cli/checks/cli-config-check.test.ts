import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Devnet, openDevnet, type Token } from '../../harness/devnet/devnet.ts'
import { type OwnAnvil, ownAnvil } from '../../harness/devnet/own-anvil.ts'
import { aChain } from '../../harness/factories/a-config.ts'
import { seedDeposit } from '../../harness/factories/seed-rows.ts'
import { type CheckFinding, checkPatiently } from '../../harness/processes/check-patiently.ts'
import {
  type CliEnvironment,
  cliEnvironment,
  serviceOf,
} from '../../harness/processes/cli-environment.ts'
import { runCli } from '../../harness/processes/run-cli.ts'
import { type OwnDatabase, ownDatabase } from '../../harness/services/own-database.ts'
import { type OwnNamespace, ownNamespace } from '../../harness/services/own-namespace.ts'
import { eventually } from '../../harness/waiting/eventually.ts'

const keeperKey = generatePrivateKey()
const keeper = privateKeyToAccount(keeperKey).address
const coldWallet = privateKeyToAccount(generatePrivateKey()).address
const nowhere = 'http://127.0.0.1:1/v3/hunter2'

let anvil: OwnAnvil
let devnet: Devnet
let usdt: Token
let database: OwnDatabase
let central: OwnDatabase
let temporal: OwnNamespace
let cli: CliEnvironment

const chain = (change: Record<string, unknown> = {}) =>
  aChain({
    id: anvil.chainId,
    name: 'devnet',
    rpc: [anvil.url],
    finality: { depth: 2 },
    coldWallet,
    gasKeeper: { address: keeper, alertBelow: '0.5' },
    gas: { maxFeeGwei: 200, maxPriorityFeeGwei: 2 },
    native: { symbol: 'ETH', min: '0.01' },
    tokens: [{ address: usdt.address, symbol: 'USDT', decimals: 6, min: '1' }],
    ...change,
  })

let chains: Record<string, unknown>[] = []
function configure(...given: Record<string, unknown>[]): void {
  chains = given
  cli.configure(...given)
}

const check = (env: Record<string, string> = {}, ...argv: string[]) =>
  checkPatiently({ env: { ...cli.env, ...env }, argv }, (where) => isAway(where, env))

/**
 * Whether the test itself configured an unreachable service.
 * @param where environment variable, or path of an endpoint in coldsweep.yaml
 */
function isAway(where: string, env: Record<string, string>): boolean {
  const [, chain, endpoint] = /^chains\[(\d+)\]\.rpc\[(\d+)\]$/.exec(where) ?? []
  if (endpoint === undefined) return where in env
  const rpc = chains[Number(chain)]?.['rpc'] as readonly string[] | undefined
  return rpc?.[Number(endpoint)] === nowhere
}

/** Returns sorted texts `severity code where`, so that one comparison covers all results. */
const brief = (findings: readonly CheckFinding[]) =>
  findings.map(({ severity, code, where }) => `${severity} ${code} ${where}`).sort()

beforeAll(async () => {
  anvil = await ownAnvil()
  devnet = openDevnet(anvil)
  usdt = await devnet.deployToken('silent-token', 'USDT', 6)
  await devnet.setEther(keeper, 3)
  database = await ownDatabase({ empty: true })
  central = await ownDatabase({ empty: true })
  await central.sql`create table userwallet (address text, private_key text, currency text)`
  temporal = await ownNamespace()
  cli = cliEnvironment(
    {
      DATABASE_URL: database.url,
      CENTRAL_DATABASE_URL: central.url,
      REDIS_URL: serviceOf('TEST_REDIS_URL'),
      RABBITMQ_URL: serviceOf('TEST_RABBITMQ_URL'),
      RABBITMQ_PREFIX: `${temporal.namespace}.`,
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_NAMESPACE: temporal.namespace,
      GAS_KEEPER_PRIVATE_KEY: keeperKey,
    },
    chain(),
  )
})

beforeEach(() => configure(chain()))

afterAll(async () => {
  cli?.remove()
  await temporal?.drop()
  await central?.drop()
  await database?.drop()
  await anvil?.stop()
})

describe('config check', () => {
  it('passes a fresh deployment, and only warns that migrate is due', async () => {
    const { code, ok, findings, errors } = await check()
    expect({ code, ok, errors }).toEqual({ code: 0, ok: true, errors: [] })
    expect(brief(findings)).toEqual([
      'warning migrations DATABASE_URL',
      'warning temporal-namespace TEMPORAL_NAMESPACE',
    ])
    expect(findings.map(({ fix }) => fix)).toEqual([
      'run "coldsweep migrate"',
      'run "coldsweep migrate"',
    ])
  })

  it('reports no problem after migrate, and lists the passed checks', async () => {
    await eventually(
      () => runCli(['migrate'], cli.env),
      ({ code }) => code === 0,
    )
    const { code, data, findings } = await check()
    expect([code, findings]).toEqual([0, []])
    const { passed } = data as { passed: { where: string }[] }
    expect(passed.map(({ where }) => where).sort()).toEqual(
      [
        'CENTRAL_DATABASE_URL',
        'DATABASE_URL',
        'RABBITMQ_URL',
        'REDIS_URL',
        'TEMPORAL_ADDRESS',
        'chains[0].coldWallet',
        'chains[0].gasKeeper',
        'chains[0].gasKeeper.address',
        'chains[0].rpc[0]',
        'chains[0].tokens[0]',
      ].sort(),
    )
  })

  it('warns of a chain that was removed from the file while its deposits wait', async () => {
    const key = generatePrivateKey()
    const { address } = privateKeyToAccount(key)
    await central.sql`insert into userwallet values (${address}, ${key}, '')`
    const wallet = address.toLowerCase() as `0x${string}`
    const id = await seedDeposit(database.sql, { chainId: 4_242, wallet })
    const { code, findings } = await check()
    await database.sql`delete from deposits where id = ${id}`
    await central.sql`truncate userwallet`
    expect([code, brief(findings)]).toEqual([0, ['warning chain-left-behind chains']])
    expect(findings[0]?.what).toBe(
      'chain 4242 is not listed; 1 of its deposits are waiting and cannot be swept',
    )
  })

  it('warns of a paused chain', async () => {
    await database.sql`update chains set paused_reason = 'fork (ann)'`
    const { code, findings } = await check()
    await database.sql`update chains set paused_reason = null`
    expect(code).toBe(0)
    expect(brief(findings)).toEqual(['warning chain-paused DATABASE_URL'])
    expect(findings[0]?.fix).toMatch(/"coldsweep resume --chain \d+"$/)
  })

  it('reports all errors at once: chain, decimals, key, cold wallet, and services that are down', async () => {
    const refusing = privateKeyToAccount(generatePrivateKey()).address
    await devnet.request('anvil_setCode', [refusing, '0x60006000fd'])
    const empty = privateKeyToAccount(generatePrivateKey()).address
    configure(
      chain({
        feeMode: 'legacy',
        coldWallet: refusing,
        tokens: [
          { address: usdt.address, symbol: 'USDC', decimals: 18, min: '1' },
          { address: empty, symbol: 'NONE', decimals: 18, min: '1' },
        ],
      }),
      chain({ id: 56, name: 'bsc', rpc: [anvil.url, nowhere], tokens: [] }),
    )
    const { code, findings, errors, stdout } = await check({
      GAS_KEEPER_PRIVATE_KEY: generatePrivateKey(),
      REDIS_URL: 'redis://:hunter2@127.0.0.1:1',
      RABBITMQ_URL: 'amqp://guest:hunter2@127.0.0.1:1',
      TEMPORAL_ADDRESS: '127.0.0.1:1',
    })
    expect(code).toBe(2)
    expect(brief(findings)).toEqual(
      [
        'down unreachable REDIS_URL',
        'down unreachable RABBITMQ_URL',
        'down unreachable TEMPORAL_ADDRESS',
        'down unreachable chains[1].rpc[1]',
        'fault chain-id chains[1].rpc[0]',
        'fault cold-wallet chains[0].coldWallet',
        'fault cold-wallet-changed chains[0].coldWallet',
        'fault keeper-key chains[0].gasKeeper.address',
        'fault keeper-key chains[1].gasKeeper.address',
        'fault token-address chains[0].tokens[1].address',
        'fault token-decimals chains[0].tokens[0].decimals',
        'warning fee-mode chains[0].feeMode',
        'warning migrations DATABASE_URL',
        'warning token-symbol chains[0].tokens[0].symbol',
      ].sort(),
    )
    expect(errors).toHaveLength(11)
    expect(errors.every(({ hint }) => hint.length > 5)).toBe(true)
    // MONEY 19: the output contains no password, no path of a node's URL and no key.
    expect(stdout).not.toMatch(/hunter2|v3/)
  })

  it('reports errors of yaml, environment and services together', async () => {
    configure(chain({ coldWallet: coldWallet.toLowerCase(), colour: 'red' }))
    const { code, findings } = await check({
      TEMPORAL_ADDRESS: '127.0.0.1:1',
      GAS_KEEPER_PRIVATE_KEY: 'hunter2',
      CENTRAL_DATABASE_URL: '',
    })
    expect(code).toBe(2)
    expect(
      findings.map(({ severity, where }) => `${severity} ${where.replace(/^.*:\d+ /, '')}`),
    ).toEqual([
      'fault chains[0].coldWallet',
      'fault chains[0].colour',
      'fault CENTRAL_DATABASE_URL',
      'down TEMPORAL_ADDRESS',
    ])
  })

  it('exits 75 if dependencies are down and there is no other error', async () => {
    configure(chain({ rpc: [nowhere] }))
    const { code, findings, errors } = await check()
    expect(code).toBe(75)
    expect(brief(findings)).toEqual(['down unreachable chains[0].rpc[0]'])
    expect(errors).toMatchObject([{ code: 'unreachable' }])
  })

  it('skips the key’s check without a key, and runs all others', async () => {
    const { code, findings, data } = await check({ GAS_KEEPER_PRIVATE_KEY: '' })
    expect([code, findings]).toEqual([0, []])
    const { skipped } = data as { skipped: { where: string }[] }
    expect(skipped.map(({ where }) => where)).toEqual(['GAS_KEEPER_PRIVATE_KEY'])
  })

  it('reports one error for a mistyped fee, and does not call chains unlisted', async () => {
    const id = await seedDeposit(database.sql, { chainId: anvil.chainId, state: 'detected' })
    configure(chain({ gas: { maxFeeGwei: '5OO', maxPriorityFeeGwei: 2 } }))
    const { code, findings } = await check()
    await database.sql`delete from deposits where id = ${id}`
    expect(code).toBe(2)
    expect(findings.filter(({ code: it }) => it !== 'wallet-missing')).toMatchObject([
      { code: 'config', what: 'expected a fee in gwei, got "5OO"' },
    ])
  })

  it('opens no connection with --offline, but checks keys against addresses', async () => {
    configure(chain({ rpc: [nowhere] }))
    expect(await check({}, '--offline')).toMatchObject({ code: 0, findings: [] })
    const wrong = await check({ GAS_KEEPER_PRIVATE_KEY: generatePrivateKey() }, '--offline')
    expect(brief(wrong.findings)).toEqual(['fault keeper-key chains[0].gasKeeper.address'])
  })

  it('warns of a cold wallet with code and of a low keeper', async () => {
    const contract = privateKeyToAccount(generatePrivateKey()).address
    await devnet.request('anvil_setCode', [contract, '0x00'])
    configure(chain({ coldWallet: contract, gasKeeper: { address: keeper, alertBelow: '50' } }))
    const { findings } = await check()
    expect(brief(findings)).toContain('warning cold-wallet-code chains[0].coldWallet')
    expect(findings.find(({ code }) => code === 'keeper-low')?.what).toContain(
      'holds 3 ETH, less than alertBelow (50 ETH)',
    )
  })

  it('finds configured addresses in userwallet, in upper or lower case (MONEY 18)', async () => {
    await central.sql`insert into userwallet values
      (${coldWallet.toLowerCase()}, '', ''), (${keeper}, '', ''), (${` ${usdt.address.toUpperCase()}\t`}, '', '')`
    const { code, findings } = await check()
    await central.sql`truncate userwallet`
    expect(code).toBe(2)
    expect(brief(findings)).toEqual(
      ['coldWallet', 'gasKeeper.address', 'tokens[0].address'].map(
        (place) => `fault own-address-in-userwallet chains[0].${place}`,
      ),
    )
  })

  it('prints passed checks, errors and fixes', async () => {
    configure(chain({ tokens: [{ address: usdt.address, symbol: 'USDT', decimals: 8, min: '1' }] }))
    const { stdout, code } = await eventually(
      () => runCli(['config', 'check'], cli.env),
      (answer) => answer.stdout.includes(' 0 down,'),
    )
    expect(code).toBe(2)
    expect(stdout).toMatch(/ok {7}chains\[0\]\.coldWallet: 0x\w{40} is an account without code/)
    expect(stdout).toMatch(
      /error {4}chains\[0\]\.tokens\[0\]\.decimals: is 8; the contract 0x\w+ reports 6\n +fix: set decimals: 6/,
    )
    expect(stdout).toContain('1 error, 0 down, 0 warnings')
  })
})
