import type { Sql } from 'postgres'
import { getAddress } from 'viem'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openCentral } from '../../../adapters/central/central-database.ts'
import { createCentralKeys } from '../../../adapters/central/key-source.ts'
import { CentralDatabaseRefused, CentralDatabaseUnreachable } from '../../../domain/errors.ts'
import { anAccount } from '../../harness/factories/an-account.ts'
import { ownProxy } from '../../harness/proxies/own-proxy.ts'
import { type OwnDatabase, ownDatabase } from '../../harness/services/own-database.ts'

const { address, key } = anAccount()
const other = anAccount()

describe('createCentralKeys, which reads private keys from userwallet (MONEY 14, 19)', () => {
  let own: OwnDatabase
  let central: ReturnType<typeof openCentral>
  beforeAll(async () => {
    own = await ownDatabase({ empty: true })
    await own.sql`create table userwallet (address text, private_key text, currency text)`
    central = openCentral(own.url, {
      applicationName: 'test-keys',
      statementTimeoutMs: 9_000,
      max: 2,
    })
  })
  afterAll(async () => {
    await central.close()
    await own.drop()
  })
  beforeEach(() => own.sql`truncate userwallet`)

  const list = (row: { address: string | null; private_key: string | null }) =>
    own.sql`insert into userwallet ${own.sql({ ...row, currency: 'ANY' })}`
  const find = (spelling: 'usual' | 'any') =>
    createCentralKeys({ usual: central, any: central }).candidates(address, spelling)

  it('skips rows with cells of a megabyte, and finds the key in another row', async () => {
    await list({ address, private_key: ' '.repeat(1_000_000) })
    await list({ address: ' '.repeat(1_000_000), private_key: key })
    await list({ address, private_key: key })
    expect(await find('usual')).toEqual([key])
    expect(await find('any')).toEqual([key])
  })

  it.each([
    ['lower case', address, ['usual', 'any']],
    ['EIP-55', getAddress(address), ['usual', 'any']],
    ['upper case', address.toUpperCase().replace('0X', '0x'), ['any']],
    ['upper case with the prefix 0X', address.toUpperCase(), ['any']],
    ['spaces around it', ` ${address}\n`, ['any']],
    ['a no-break space before it', `\u00a0${address}`, ['any']],
  ] as const)('finds an address in %s', async (_, spelled, by) => {
    await list({ address: spelled, private_key: key })
    for (const spelling of ['usual', 'any'] as const) {
      expect(await find(spelling)).toEqual(
        (by as readonly string[]).includes(spelling) ? [key] : [],
      )
    }
  })

  it.each([
    ['with 0x', key],
    ['without 0x', key.slice(2)],
    ['with 0X', `0X${key.slice(2)}`],
    ['in upper case', key.slice(2).toUpperCase()],
    ['with spaces around it', ` ${key} `],
  ])('reads a key %s', async (_, text) => {
    await list({ address, private_key: text })
    expect(await find('usual')).toEqual([key])
  })

  it('returns the valid keys from all rows of the address, and no other key', async () => {
    await list({ address, private_key: other.key })
    await list({ address: getAddress(address), private_key: key })
    for (const text of [null, '', 'secret', key.slice(3), `${key}00`]) {
      await list({ address, private_key: text })
    }
    await list({ address: other.address, private_key: other.key })
    await list({ address: null, private_key: key })
    expect([...(await find('usual'))].sort()).toEqual([key, other.key].sort())
    expect([...(await find('any'))].sort()).toEqual([key, other.key].sort())
  })

  it('refuses writes, even if the database user may write', async () => {
    const write = central.use((sql) => sql`insert into userwallet (address) values ('0x')`)
    await expect(write).rejects.toThrow('read-only')
  })

  it('throws errors of the central database without any part of the row or of the URL’s password', async () => {
    await list({ address, private_key: key })
    const asks = (sql: Sql) => sql`select private_key::int from userwallet`
    const other = { use: () => central.use(asks) as Promise<never> }
    const broken = createCentralKeys({ usual: other, any: other })
    const refused = await broken.candidates(address, 'usual').catch((e) => e)
    expect(refused).toBeInstanceOf(CentralDatabaseRefused)
    expect(JSON.stringify([refused, refused.message, refused.stack])).not.toContain(key.slice(2))
    const nowhere = openCentral('postgres://u:pass-word@127.0.0.1:1/x', {
      applicationName: 'test-keys',
      statementTimeoutMs: 9_000,
      max: 1,
    })
    const away = await createCentralKeys({ usual: nowhere, any: nowhere })
      .candidates(address, 'any')
      .catch((e) => e)
    expect(away).toBeInstanceOf(CentralDatabaseUnreachable)
    expect(JSON.stringify([away.message, away.stack])).not.toContain('pass-word')
    await nowhere.close()
  })

  it('rejects after its time limit while the server is silent, and finds the key again afterwards', async () => {
    await list({ address, private_key: key })
    const { hostname, port } = new URL(own.url)
    const line = await ownProxy(hostname, Number(port))
    const url = Object.assign(new URL(own.url), { port: String(line.port) }).href
    const throughLine = openCentral(url, {
      applicationName: 'test-keys',
      statementTimeoutMs: 9_000,
      max: 2,
    })
    const ask = (limitMs: number) =>
      createCentralKeys(
        { usual: throughLine, any: throughLine },
        { usual: limitMs, any: limitMs },
      ).candidates(address, 'usual')
    try {
      expect(await ask(60_000)).toEqual([key])
      line.freeze()
      // Four queries wait for two connections, because a hanging query must not block a connection
      // for later queries.
      const asked = await Promise.allSettled([ask(300), ask(300), ask(300), ask(300)])
      expect(asked.map((answer) => answer.status === 'rejected' && answer.reason)).toEqual(
        asked.map(() => expect.any(CentralDatabaseUnreachable)),
      )
      line.restore()
      expect(await ask(60_000)).toEqual([key])
    } finally {
      await throughLine.close()
      await line.close()
    }
  })

  it('ends a timed-out query on the server too, so that a locked table does not use up the connections of the exchange’s database', async () => {
    const locked = openCentral(own.url, {
      applicationName: 'test-keys-locked',
      max: 2,
      statementTimeoutMs: 200,
    })
    const keys = createCentralKeys({ usual: locked, any: locked }, { usual: 400, any: 400 })
    const open = async () =>
      (await own.sql`select 1 from pg_stat_activity where application_name = 'test-keys-locked'`)
        .length
    try {
      await own.sql.begin(async (tx) => {
        await tx`lock table userwallet in access exclusive mode`
        for (let round = 0; round < 4; round += 1) {
          const asked = await Promise.allSettled(
            [1, 2].map(() => keys.candidates(address, 'usual')),
          )
          expect(asked.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
          // The server ends a statement shortly after the client's timeout, although the lock still
          // blocks the statement.
          await expect.poll(open).toBeLessThanOrEqual(2)
        }
      })
      await expect
        .poll(() => keys.candidates(address, 'usual').catch(({ name }) => name))
        .toEqual([])
    } finally {
      await locked.close()
    }
  })
})
