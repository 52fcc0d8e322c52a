import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openCentralClient } from '../../../adapters/central/central-database.ts'
import { createWalletBook } from '../../../adapters/central/wallet-book.ts'
import { ownProxy } from '../../harness/proxies/own-proxy.ts'
import { type OwnDatabase, ownDatabase } from '../../harness/services/own-database.ts'

describe('the wallet book, which reads all addresses of userwallet', () => {
  let own: OwnDatabase
  beforeAll(async () => {
    own = await ownDatabase({ empty: true })
  })
  afterAll(() => own.drop())

  /**
   * Reads all batches. Tests set a short `answerWithinMs` only if they cut the connection, because
   * other reads can be slow on a busy machine.
   */
  async function readAll(
    url: string,
    {
      between = () => {},
      answerWithinMs = 60_000,
    }: { between?(): void; answerWithinMs?: number } = {},
  ) {
    const open = () =>
      openCentralClient(url, { applicationName: 'test-book', statementTimeoutMs: 9_000 })
    const met: string[] = []
    let unreadable = 0
    for await (const batch of createWalletBook(open, { answerWithinMs }).addresses()) {
      met.push(...batch.addresses)
      unreadable += batch.unreadable
      between()
    }
    return { met, unreadable }
  }

  it('rejects with the name of the table if the table is missing', async () => {
    await expect(readAll(own.url)).rejects.toMatchObject({
      name: 'CentralDatabaseRefused',
      message: expect.stringContaining('relation "userwallet" does not exist'),
    })
  })

  it('reads all addresses, in upper and lower case, and counts unreadable cells', async () => {
    await own.sql`create table userwallet (address text, private_key text, currency text)`
    await own.sql`insert into userwallet
      select '0x' || lpad(to_hex(i), 40, case when i % 2 = 0 then 'A' else 'b' end), 'not read', 'ANY' from generate_series(1, 25000) i`
    await own.sql`insert into userwallet (address) values (null), ('0x12'), (' 0xABcdEF0000000000000000000000000000000001 '), ('')`
    await own.sql`insert into userwallet (address) select repeat(' ', n) from unnest(array[80000, 1000000]) n`
    await own.sql`insert into userwallet (address) values (${`${' '.repeat(2_000)}0xABcdEF0000000000000000000000000000000002`})`
    const { met, unreadable } = await readAll(own.url)
    expect(met).toHaveLength(25_001)
    expect(unreadable).toBe(6)
    expect(met).toContain('0xabcdef0000000000000000000000000000000001')
    expect(met.every((one) => /^0x[0-9a-f]{40}$/.test(one))).toBe(true)
  })

  it.each(['cut', 'freeze'] as const)(
    'rejects if the connection is lost in the middle of the read (%s)',
    async (fault) => {
      const { hostname, port } = new URL(own.url)
      const proxy = await ownProxy(hostname, Number(port))
      const url = Object.assign(new URL(own.url), { port: String(proxy.port) }).href
      try {
        const reading = readAll(url, { between: () => proxy[fault](), answerWithinMs: 500 })
        await expect(reading).rejects.toMatchObject({ name: 'CentralDatabaseUnreachable' })
        const again = readAll(url, { answerWithinMs: 500 })
        await expect(again).rejects.toMatchObject({ name: 'CentralDatabaseUnreachable' })
        proxy.restore()
        expect((await readAll(url)).met).toHaveLength(25_001)
      } finally {
        await proxy.close()
      }
    },
  )

  it('refuses writes', async () => {
    const sql = openCentralClient(own.url, {
      applicationName: 'test-book',
      statementTimeoutMs: 9_000,
    })
    await expect(sql`delete from userwallet`).rejects.toThrow('read-only')
    await sql.end()
  })
})
