import { getAddress } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { checkMissingWallets } from '../../../cli/checks/check-wallets.ts'
import { run } from '../../../cli/main.ts'
import { Secret } from '../../../config/schema/secret.ts'
import { aChain } from '../../harness/factories/a-config.ts'
import { seedDeposit } from '../../harness/factories/seed-rows.ts'
import type { CheckFinding } from '../../harness/processes/check-patiently.ts'
import { type CliEnvironment, cliEnvironment } from '../../harness/processes/cli-environment.ts'
import { runCli } from '../../harness/processes/run-cli.ts'
import { type OwnDatabase, ownDatabase } from '../../harness/services/own-database.ts'

let database: OwnDatabase
let central: OwnDatabase
let cli: CliEnvironment

/** The environment has two databases and no node, so only the results about them count. */
beforeAll(async () => {
  database = await ownDatabase()
  central = await ownDatabase({ empty: true })
  await central.sql`create table userwallet (address text, private_key text, currency text)`
  cli = cliEnvironment(
    { DATABASE_URL: database.url, CENTRAL_DATABASE_URL: central.url },
    aChain({ rpc: ['http://127.0.0.1:1'], tokens: [] }),
  )
})
afterAll(async () => {
  cli?.remove()
  await central?.drop()
  await database?.drop()
})

const aWallet = () => {
  const key = generatePrivateKey()
  return { key, address: privateKeyToAccount(key).address }
}

const add = (address: string | null, key: string | null) =>
  central.sql`insert into userwallet values (${address}, ${key}, null)`

interface Data {
  readonly findings: readonly CheckFinding[]
  readonly passed: readonly { where: string; what: string }[]
  readonly skipped: readonly { where: string; what: string }[]
  readonly wallets?: {
    readonly rows: number
    readonly wallets: number
    readonly faults: Record<string, number>
    readonly faulty: readonly { fault: string; address: string }[]
    readonly missing: readonly string[]
  }
}

async function check(...argv: string[]) {
  const answer = await runCli(['config', 'check', '--json', ...argv], cli.env)
  const data = answer.envelope().data as Data
  const about = 'CENTRAL_DATABASE_URL'
  const found = data.findings.filter(({ where }) => where === about)
  return {
    ...answer,
    data,
    found: found.map(({ severity, code }) => `${severity} ${code}`).sort(),
    words: found.map(({ what }) => what).join('\n'),
    passed: data.passed.filter(({ where }) => where === about).map(({ what }) => what),
    skipped: data.skipped.filter(({ where }) => where === about).map(({ what }) => what),
  }
}

/** Exit code of `--wallets` by itself: the other services are down in this test. */
const kinds = (found: readonly string[]) => found.filter((it) => it.startsWith('fault'))

beforeEach(async () => {
  await central.sql`truncate userwallet`
  await database.sql`delete from deposits`
  const good = aWallet()
  await add(good.address, good.key)
})

describe('config check, userwallet', () => {
  it('says that every key of a small table fits', async () => {
    const { address, key } = aWallet()
    await add(`  0x${address.slice(2).toUpperCase()}\n`, ` ${key.slice(2).toUpperCase()} `)
    const { found, passed } = await check()
    expect(found).toEqual([])
    expect(passed).toEqual(['every key of userwallet fits its address (2 rows)'])
  })

  const other = aWallet()
  const { address, key } = aWallet()
  it.each([
    ['a text that is no address', ['nonsense', key], 'warning wallet-address', '"nonsense"'],
    ['an address of 39 digits', [address.slice(0, -1), key], 'warning wallet-address', ''],
    ['no address', [null, key], 'warning wallet-address', '(empty)'],
    ['no key', [address, null], 'fault wallet-key', address],
    ['an empty key', [address, '  '], 'fault wallet-key', address],
    ['a key of 63 digits', [address, key.slice(0, -1)], 'fault wallet-key', address],
    ['a mnemonic', [address, 'test test test junk'], 'fault wallet-key', address],
    ['the key 0', [address, `0x${'0'.repeat(64)}`], 'fault wallet-key', address],
    ['the key of another wallet', [address, other.key], 'fault wallet-key', address],
  ] as const)('reports %s', async (_name, [cell, secret], finding, named) => {
    await add(cell, secret)
    const quick = await check()
    expect(quick.found).toEqual([finding])
    expect(quick.words).toContain(named)
    expect(quick.passed).toEqual([])
    const whole = await check('--wallets')
    expect(kinds(whole.found)).toEqual([finding.replace('warning', 'fault')])
    expect(whole.data.wallets?.rows).toBe(2)
    expect(whole.data.wallets?.faulty).toHaveLength(1)
    expect(`${quick.stdout}${whole.stdout}`).not.toContain(key.slice(2, 40))
    expect(`${quick.stdout}${whole.stdout}`).not.toContain(other.key.slice(2, 40))
  })

  it('hides a key that is in the column of the address', async () => {
    await add(key, address)
    for (const { stdout, words } of [await check(), await check('--wallets')]) {
      expect(words).toContain('hidden because it may be a key')
      expect(stdout).not.toContain(key.slice(2, 20))
    }
  })

  it('warns of rows that contradict each other, and names their wallet', async () => {
    await add(address, other.key)
    await add(address.toLowerCase(), key)
    const quick = await check()
    expect(quick.found).toEqual(['warning wallet-rows'])
    expect(quick.words).toContain(address)
    const { data } = await check('--wallets')
    expect(data.wallets?.faulty).toEqual([{ fault: 'contradicting-rows', address }])
    expect(data.wallets?.wallets).toBe(2)
  })

  it('names wallets with deposits and without a row', async () => {
    const wallet = aWallet().address
    const done = aWallet().address
    await seedDeposit(database.sql, { wallet: wallet.toLowerCase() as `0x${string}` })
    await seedDeposit(database.sql, {
      wallet: done.toLowerCase() as `0x${string}`,
      state: 'done',
      reason: '',
    })
    const quick = await check()
    expect(quick.found).toEqual(['fault wallet-missing'])
    expect(quick.words).toContain(wallet)
    const { data } = await check('--wallets')
    expect([...(data.wallets?.missing ?? [])].sort()).toEqual([wallet, done].sort())
  })

  it('ends at the most wallets without a row, and says that there may be more', async () => {
    for (let n = 0; n < 3; n += 1) {
      await seedDeposit(database.sql, { wallet: aWallet().address.toLowerCase() as `0x${string}` })
    }
    const [needed, own] = [central, database].map(({ url }) => ({ url: new Secret(url) }))
    const at = (most: number) => checkMissingWallets(needed as never, own as never, 'all', most)
    const { results, missing } = await at(2)
    expect(missing).toHaveLength(2)
    expect(results[0]?.what).toContain('at least 2 wallets with deposits without a row')
    expect((await at(4)).results[0]?.what).toMatch(/^3 wallets/)
  })

  it('proves a sample of a large table by default, says so, and proves every key with --wallets', async () => {
    const many = Array.from({ length: 2_600 }, aWallet)
    await central.sql`insert into userwallet ${central.sql(
      many.map((it) => ({ address: it.address, private_key: it.key, currency: null })),
    )}`
    const quick = await check()
    expect(quick.passed).toEqual([
      'the form of all 2601 rows of userwallet is right; the keys of 500 random wallets fit their addresses',
    ])
    expect(quick.skipped).toEqual(['the keys of 2101 further wallets were not proved'])
    await central.sql`update userwallet set private_key = ${other.key} where address = ${many[7]?.address ?? ''}`
    const { data } = await check('--wallets')
    expect(data.wallets).toMatchObject({
      rows: 2_601,
      wallets: 2_601,
      faults: { 'bad-address': 0, 'no-key': 0, 'bad-key': 0, 'key-of-another': 1 },
      faulty: [{ fault: 'key-of-another', address: getAddress(many[7]?.address ?? '0x') }],
    })
  })

  it('shows the progress of --wallets on a terminal only', async () => {
    let shown = ''
    await run(['config', 'check', '--wallets', '--json'], {
      env: cli.env,
      colour: false,
      showsProgress: true,
      stdout: () => {},
      stderr: (text) => {
        shown += text
      },
    })
    expect(shown).toMatch(/proving keys █{24} 1\/1 \(100 %\), \d+(\.\d)?\/s, 0 s left/)
    expect((await check('--wallets')).stderr).not.toContain('proving')
  })

  it('refuses --wallets together with --offline', async () => {
    expect(await runCli(['config', 'check', '--wallets', '--offline'], cli.env)).toMatchObject({
      code: 2,
    })
  })

  it('names a missing column of userwallet, and reports a missing table', async () => {
    await central.sql`alter table userwallet drop column currency`
    const { found, words } = await check()
    expect(found).toEqual(['fault central-columns'])
    expect(words).toBe('userwallet has no column currency')
    await central.sql`alter table userwallet add column currency text`
    await central.sql`alter table userwallet rename to wallets`
    expect((await check()).found).toEqual(['fault central-table'])
    await central.sql`alter table wallets rename to userwallet`
  })

  it('warns if DATABASE_URL names the exchange’s database', async () => {
    const codes = async (url: string) => {
      const env = { ...cli.env, DATABASE_URL: url }
      const { findings } = (await runCli(['config', 'check', '--json'], env)).envelope()
        .data as Data
      return findings.map(({ code }) => code)
    }
    expect(await codes(central.url)).toContain('not-own-database')
    expect(await codes(database.url)).not.toContain('not-own-database')
  })
})
