import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { getAddress } from 'viem'
import { afterEach, describe, expect, it } from 'vitest'
import { openCentral, openCentralClient } from '../../../adapters/central/central-database.ts'
import { inspectCentral } from '../../../adapters/central/inspect-central.ts'
import { createCentralKeys } from '../../../adapters/central/key-source.ts'
import { createWalletBook } from '../../../adapters/central/wallet-book.ts'
import type { Address } from '../../../domain/address.ts'
import { anAccount } from '../../harness/factories/an-account.ts'
import { type OwnDatabase, ownDatabase } from '../../harness/services/own-database.ts'

const page = readFileSync(new URL('../../../docs/central-database.md', import.meta.url), 'utf8')
const [asTable, asView, grants] = [...page.matchAll(/^```sql\n(.*?)^```/gms)].map(([, sql]) => sql)

const user = anAccount()
const session = { applicationName: 'test-central-page', statementTimeoutMs: 9_000 }

let cleanUp: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of cleanUp.reverse()) await close()
  cleanUp = []
})

/** A database with the page's statements, and users with the page's grants. */
async function documented(ddl: string) {
  const made = await ownDatabase({ empty: true })
  cleanUp.push(() => made.drop())
  await made.sql.unsafe(ddl)
  // Roles belong to the whole server, so each test has names of its own.
  const suffix = randomBytes(4).toString('hex')
  const roleNames = ['scanner', 'worker'].map((name) => `coldsweep_${name}_${suffix}`)
  const script = (grants ?? '').replace(/coldsweep_(scanner|worker)/g, `$&_${suffix}`)
  cleanUp.push(async () => {
    for (const role of roleNames) await made.sql.unsafe(`drop owned by ${role}; drop role ${role}`)
  })
  await made.sql.unsafe(script)
  const urlOf = (role: string, password: string) =>
    Object.assign(new URL(made.url), { username: `${role}_${suffix}`, password }).href
  return {
    sql: made.sql,
    scanner: urlOf('coldsweep_scanner', 'change-me'),
    worker: urlOf('coldsweep_worker', 'change-me-too'),
  }
}

async function watched(url: string): Promise<{ addresses: Address[]; unreadable: number }> {
  const found: { addresses: Address[]; unreadable: number } = { addresses: [], unreadable: 0 }
  for await (const batch of createWalletBook(() => openCentralClient(url, session)).addresses()) {
    found.addresses.push(...batch.addresses)
    found.unreadable += batch.unreadable
  }
  return found
}

async function keysOf(url: string, address: Address) {
  const central = openCentral(url, { ...session, max: 1 })
  cleanUp.push(() => central.close())
  const keys = createCentralKeys({ usual: central, any: central })
  return await keys.candidates(address, 'usual')
}

const put = {
  table: (sql: OwnDatabase['sql']) =>
    sql`insert into userwallet (address, private_key)
      values (${getAddress(user.address)}, ${user.key.slice(2)})`,
  view: (sql: OwnDatabase['sql']) =>
    sql`insert into wallets (address, secret)
      values (decode(${user.address.slice(2)}, 'hex'), decode(${user.key.slice(2)}, 'hex'))`,
}

describe.each([
  ['table', asTable ?? ''],
  ['view', asView ?? ''],
] as const)('docs/central-database.md: userwallet as a %s', (form, ddl) => {
  it('serves addresses to the scanner’s user, and keys to the worker’s user only', async () => {
    const made = await documented(ddl)
    await put[form](made.sql)
    expect(await watched(made.scanner)).toEqual({ addresses: [user.address], unreadable: 0 })
    expect(await keysOf(made.worker, user.address)).toEqual([user.key])
    await expect(keysOf(made.scanner, user.address)).rejects.toThrow(/permission denied/)
    expect(await inspectCentral(made.worker, [user.address])).toMatchObject({
      unreachable: undefined,
      tableMissing: false,
      missingColumns: [],
      unreadableColumns: [],
      hits: new Set([user.address]),
    })
  })

  it('lets neither user write', async () => {
    const made = await documented(ddl)
    for (const url of [made.scanner, made.worker]) {
      const client = openCentralClient(url, session)
      const write = client`insert into userwallet (address) values ('0x')`
      await expect(write).rejects.toThrow(/permission denied|read-only|cannot insert/)
      await client.end({ timeout: 1 })
    }
  })

  it('finds a key by an index', async () => {
    const { sql } = await documented(ddl)
    const rows = Array.from({ length: 5_000 }, () => randomBytes(20).toString('hex'))
    if (form === 'table') {
      await sql`insert into userwallet (address, private_key)
        select '0x' || a, repeat('ab', 32) from unnest(${rows}::text[]) a`
    } else {
      await sql`insert into wallets (address, secret)
        select decode(a, 'hex'), '\\xab' from unnest(${rows}::text[]) a`
    }
    await sql.unsafe(`analyze ${form === 'table' ? 'userwallet' : 'wallets'}`)
    const plan = await sql`explain select private_key from userwallet
      where address in (${user.address}, ${getAddress(user.address)})`
    expect(plan.map((row) => row['QUERY PLAN']).join('\n')).toMatch(/Index/)
  })
})

describe('docs/central-database.md: bad rows', () => {
  it.each([
    ['an address without 0x', user.address.slice(2), user.key],
    ['a short address', user.address.slice(0, 40), user.key],
    ['a short key', user.address, user.key.slice(0, 60)],
    ['a seed phrase', user.address, 'test test test junk'],
  ])('the checks of the table refuse %s', async (_, address, key) => {
    const { sql } = await documented(asTable ?? '')
    const write = sql`insert into userwallet (address, private_key) values (${address}, ${key})`
    await expect(write).rejects.toThrow(/check constraint/)
  })

  it('are skipped and counted without the checks; one address may have several rows', async () => {
    const made = await documented(
      (asTable ?? '')
        .replace(/ not null check \([^\n]*\)(?=,)/g, '')
        .replace(/,\n {2}primary key .*/, ''),
    )
    const other = anAccount()
    const add = (address: string | null, key: string | null) =>
      made.sql`insert into userwallet (address, private_key) values (${address}, ${key})`
    await add(null, user.key)
    await add('not an address', user.key)
    await add(user.address, null)
    await add(user.address, other.key)
    await add(getAddress(user.address), `0X${user.key.slice(2).toUpperCase()}`)
    const { addresses, unreadable } = await watched(made.scanner)
    expect(new Set(addresses)).toEqual(new Set([user.address]))
    expect(unreadable).toBe(2)
    expect(new Set(await keysOf(made.worker, user.address))).toEqual(new Set([other.key, user.key]))
  })
})
