import { type AddressInfo, createServer } from 'node:net'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase, openDatabaseClient } from '../../../adapters/drizzle/database.ts'
import { withDeadline } from '../../../adapters/drizzle/deadline.ts'
import { withDatabaseErrors } from '../../../adapters/drizzle/errors.ts'
import { deposits } from '../../../drizzle/schema.ts'
import { ownProxy } from '../../harness/proxies/own-proxy.ts'
import { type OwnDatabase, ownDatabase } from '../../harness/services/own-database.ts'
import { aLatch } from '../../harness/waiting/a-latch.ts'

describe('connections to the database', () => {
  let own: OwnDatabase
  beforeAll(async () => {
    own = await ownDatabase()
  })
  afterAll(() => own.drop())

  /** Opens a database with one connection, through a proxy that the test can cut. */
  async function throughLine(applicationName: string) {
    const { hostname, port } = new URL(own.url)
    const line = await ownProxy(hostname, Number(port))
    const url = Object.assign(new URL(own.url), { port: String(line.port) }).href
    const database = openDatabase(url, { max: 1, applicationName })
    return {
      line,
      database,
      async close() {
        await database.close()
        await line.close()
      },
    }
  }
  type Line = Awaited<ReturnType<typeof throughLine>>

  // The driver could throw an uncaught error here (its issue 1208), which would end a process. In a
  // test run, an uncaught error fails the run.
  it.each([
    ['sends another statement', async (ask: () => Promise<unknown>) => void (await ask())],
    ['ends without an error', async () => {}],
    ['fails', async () => Promise.reject(new Error('the broker refused'))],
  ])(
    'reject a transaction that loses its connection and then %s, and run later statements',
    async (_, goOn) => {
      const { line, database, close } = await throughLine('test-lost')
      const rows = (db: Pick<typeof database.db, 'select'>) => db.select().from(deposits)
      let release = () => {}
      const lost = new Promise<void>((resolve) => {
        release = resolve
      })
      let working: Promise<void> | undefined
      try {
        const transaction = database.db.transaction(async (tx) => {
          await rows(tx)
          line.cut()
          working = lost.then(() => goOn(() => rows(tx)))
          await working
        })
        await expect(transaction).rejects.toThrow()
        release()
        await working?.catch(() => {})
        line.restore()
        expect(await rows(database.db)).toEqual([])
      } finally {
        await close()
      }
    },
  )

  it.each(['cut', 'reset'] as const)(
    'reject the transaction of a statement that loses the connection, and run later statements (%s)',
    async (how) => {
      const { line, database, close } = await throughLine(`test-in-${how}`)
      try {
        const transaction = database.db.transaction((tx) => tx.execute(sql`select pg_sleep(60)`))
        const failed = expect(transaction).rejects.toThrow()
        await expect
          .poll(
            async () =>
              (
                await own.sql`
                select 1 from pg_stat_activity
                where application_name = ${`test-in-${how}`} and wait_event = 'PgSleep'`
              ).length,
          )
          .toBe(1)
        line[how]()
        await failed
        line.restore()
        expect(await database.db.select().from(deposits)).toEqual([])
      } finally {
        await close()
      }
    },
  )

  const one = sql`(select 1) as one`
  const ended = sql`select pg_terminate_backend(pg_backend_pid())`
  const many = sql`select n, repeat('x', 100) as x from generate_series(1, 100000) n`

  // Without coldsweep's fix, the driver returns the rest of the lost answer to the next statement.
  it.each([
    ['ended by the server', ({ database }: Line) => database.db.execute(ended)],
    [
      'ended by the server in a transaction',
      ({ database }: Line) => database.db.transaction((tx) => tx.execute(ended)),
    ],
    [
      'cut in the middle of an answer',
      ({ database, line }: Line) => {
        line.cutAfter(3_000_000)
        return database.db.execute(many)
      },
    ],
    [
      'reset while other statements wait for it',
      ({ database, line }: Line) => {
        // Drizzle sends a statement only once its promise is awaited. The call of `then` sends this
        // statement first.
        const first = database.db.execute(sql`select pg_sleep(60)`).then((rows) => rows)
        for (const n of [1, 2]) database.db.execute(sql`select ${n}::int`).catch(() => {})
        setImmediate(() => line.reset())
        return first
      },
    ],
  ])('return correct later answers after a connection was %s', async (_, lose) => {
    const parts = await throughLine('test-next')
    const { line, database, close } = parts
    try {
      await database.db.execute(sql`select 1`)
      await expect(lose(parts)).rejects.toThrow()
      line.restore()
      for (const n of [1, 2, 3]) {
        expect([...(await database.db.execute(sql`select ${n}::int as n`))]).toEqual([{ n }])
        expect(await database.db.select({ n: sql`${n}::int` }).from(one)).toEqual([{ n }])
      }
    } finally {
      await close()
    }
  })

  it('end a transaction and its locks if the process sleeps inside the transaction', async () => {
    const sleepers = openDatabase(own.url, {
      applicationName: 'test-asleep',
      silentWithinMs: 3_000,
    })
    const awake = openDatabase(own.url, { applicationName: 'test-awake' })
    const locked = sql`select pg_advisory_xact_lock(4711)`
    const gate = aLatch()
    const slept = sleepers.db.transaction(async (tx) => {
      await tx.execute(locked)
      await gate.pass()
      await tx.execute(sql`select 1`)
    })
    const ended = expect(slept).rejects.toThrow()
    // The server's time limit starts at BEGIN. If the machine stalls before the transaction has the
    // lock, the test fails here instead of hanging.
    await Promise.race([gate.reached, slept])
    await awake.db.transaction((tx) => tx.execute(locked))
    gate.open()
    await ended
    await Promise.all([sleepers.close(), awake.close()])
  })

  it('keep working if another connection is lost, but all fail if the server is silent', async () => {
    const database = openDatabase(own.url, { max: 2, applicationName: 'test-one-lost' })
    const loses = async () => void (await database.db.execute(ended))
    const sleeps = async (seconds: number) => {
      await database.db.execute(sql`select pg_sleep(${seconds})`)
      return 'slept'
    }
    const store = withDatabaseErrors({ loses, sleeps })
    const bystander = store.sleeps(1)
    await expect(withDeadline(database, 10_000, store).loses()).rejects.toMatchObject({
      name: 'DatabaseUnreachable',
    })
    expect(await bystander).toBe('slept')
    const hung = store.sleeps(60)
    await expect(withDeadline(database, 200, store).sleeps(60)).rejects.toMatchObject({
      message: 'the database did not answer within 200 ms',
    })
    await expect(hung).rejects.toMatchObject({ name: 'DatabaseUnreachable' })
    expect(await store.sleeps(0)).toBe('slept')
    await database.close()
  })

  it('reject at once, after one connection attempt a statement, if the server closes every connection', async () => {
    let dialled = 0
    const server = createServer((socket) => {
      dialled += 1
      socket.destroy()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const database = openDatabase(`postgres://u@127.0.0.1:${port}/x`, { applicationName: 't' })
    const store = withDatabaseErrors({
      plain: async () => void (await database.db.execute(sql`select 1`)),
      transaction: () =>
        database.db.transaction(async (tx) => void (await tx.execute(sql`select 1`))),
    })
    const away = { name: 'DatabaseUnreachable' }
    await expect(store.plain()).rejects.toMatchObject(away)
    await expect(store.transaction()).rejects.toMatchObject(away)
    expect(dialled).toBe(2)
    await database.close()
    await new Promise((resolve) => server.close(resolve))
  })

  it('reach the database if one of several hosts is unreachable', async () => {
    const { username, port, pathname } = new URL(own.url)
    const hosts = `127.0.0.1:1,127.0.0.1:${port}`
    const database = openDatabase(`postgres://${username}@${hosts}${pathname}`, {
      applicationName: 'test-hosts',
    })
    expect([...(await database.db.execute(sql`select 1 as n`))]).toEqual([{ n: 1 }])
    await database.close()
  })

  it('are not left open by a client that ends while it connects', async () => {
    const applicationName = 'test-ended-early'
    for (let round = 0; round < 6; round += 1) {
      const client = openDatabaseClient(own.url, { applicationName })
      // The query may succeed or fail, because the answer may arrive before the client ends.
      const settled = client`select 1`.catch(() => {})
      for (let turn = 0; turn < round; turn += 1) await new Promise(setImmediate)
      await client.end({ timeout: 0 })
      await settled
    }
    await expect
      .poll(
        async () =>
          (
            await own.sql`select 1 from pg_stat_activity where application_name = ${applicationName}`
          ).length,
      )
      .toBe(0)
  })

  it('stay closed after a renew of a closed database', async () => {
    const database = openDatabase(own.url, { applicationName: 'test-closed' })
    const ask = async () => void (await database.db.execute(sql`select 1`))
    await ask()
    await database.close()
    database.renew()
    await expect(ask()).rejects.toMatchObject({ cause: { code: 'CONNECTION_ENDED' } })
  })
})
