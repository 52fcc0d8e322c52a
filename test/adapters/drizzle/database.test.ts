import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../../../adapters/drizzle/database.ts'
import { withDatabaseErrors } from '../../../adapters/drizzle/errors.ts'
import { migrateDatabase, pendingMigrations } from '../../../adapters/drizzle/migrate.ts'
import { attempts, deposits } from '../../../drizzle/schema.ts'
import { type OwnDatabase, ownDatabase } from '../../harness/services/own-database.ts'

describe('openDatabase, withDatabaseErrors and migrateDatabase', () => {
  let own: OwnDatabase
  beforeAll(async () => {
    own = await ownDatabase({ empty: true })
  })
  afterAll(() => own.drop())

  it('an empty database has pending migrations, and none after two simultaneous migrations', async () => {
    const database = openDatabase(own.url, { applicationName: 'test' })
    expect(await pendingMigrations(database.db)).toBeGreaterThan(0)
    await Promise.all([migrateDatabase(own.url), migrateDatabase(own.url)])
    await migrateDatabase(own.url)
    expect(await pendingMigrations(database.db)).toBe(0)
    await database.close()
  })

  it('errors contain no signed bytes (MONEY 19)', async () => {
    const database = openDatabase(own.url, { applicationName: 'test' })
    const store = withDatabaseErrors({
      insert: () =>
        database.db.insert(attempts).values({
          hash: '0x01',
          transactionKey: 'no such transaction',
          number: 1,
          kind: 'send',
          valueWei: 0n,
          maxFeeWei: 1n,
          maxPriorityFeeWei: 1n,
          raw: new Uint8Array(200).fill(0xab),
        }),
    })
    const error = await Promise.resolve(store.insert()).catch((e) => e)
    expect(error).toMatchObject({ name: 'DatabaseRefused', code: '23503' })
    expect(error.constraint).toMatch(/transaction_key/)
    expect(JSON.stringify([error.message, error.stack, error.cause])).not.toMatch(
      /abab|insert into/,
    )
    await database.close()
  })

  it('a connection commits synchronously to disk, whatever the server’s default (MONEY 1)', async () => {
    const name = new URL(own.url).pathname.slice(1)
    await own.sql`alter database ${own.sql(name)} set synchronous_commit = off`
    const database = openDatabase(own.url, { applicationName: 'test' })
    try {
      const rows = await database.db.execute(sql`show synchronous_commit`)
      expect(rows[0]).toEqual({ synchronous_commit: 'on' })
    } finally {
      await database.close()
    }
  })

  it('the limit of a wait for a lock is below the statement timeout', async () => {
    const database = openDatabase(own.url, { applicationName: 'test', statementTimeoutMs: 30_000 })
    const rows = await database.db.execute(sql`
      select current_setting('lock_timeout') as lock, current_setting('statement_timeout') as statement`)
    await database.close()
    expect(rows[0]).toEqual({ lock: '10s', statement: '30s' })
  })

  it('a lost connection causes DatabaseUnreachable, and the next query reconnects', async () => {
    const database = openDatabase(own.url, { max: 1, applicationName: 'test-cut' })
    const store = withDatabaseErrors({
      count: async () => (await database.db.select().from(deposits)).length,
      slow: async () => database.db.execute(sql`select pg_sleep(30)`),
    })
    expect(await store.count()).toBe(0)
    const slow = store.slow().catch((e) => e)
    await expect
      .poll(
        async () =>
          (
            await own.sql`select pg_terminate_backend(pid) from pg_stat_activity
              where application_name = 'test-cut' and state = 'active'`
          ).length,
      )
      .toBe(1)
    expect((await slow).name).toBe('DatabaseUnreachable')
    await expect.poll(() => store.count().catch((e) => e.name)).toBe(0)
    await database.close()

    const nowhere = openDatabase('postgres://u:pass-word@127.0.0.1:1/x', { applicationName: 't' })
    const away = withDatabaseErrors({ ask: async () => nowhere.db.execute(sql`select 1`) })
    const error = await away.ask().catch((e) => e)
    expect(error.name).toBe('DatabaseUnreachable')
    expect(JSON.stringify([error.message, error.stack])).not.toContain('pass-word')
    await nowhere.close()
  })

  it('withDatabaseErrors translates the errors that an async iterator throws', async () => {
    const database = openDatabase(own.url, { applicationName: 'test' })
    const store = withDatabaseErrors({
      async *rows(): AsyncIterable<unknown> {
        yield await database.db.execute(sql`select 1`)
        yield await database.db.execute(sql`select no_such_column`)
      },
    })
    const read = async () => {
      let count = 0
      for await (const _ of store.rows()) count += 1
      return count
    }
    await expect(read()).rejects.toMatchObject({ name: 'DatabaseRefused', code: '42703' })
    await database.close()
  })
})
