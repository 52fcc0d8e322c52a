import { randomBytes } from 'node:crypto'
import postgres from 'postgres'
import { migrateDatabase } from '../../../adapters/drizzle/migrate.ts'

export interface OwnDatabase {
  readonly url: string
  readonly sql: postgres.Sql
  drop(): Promise<void>
}

const prefix = 'coldsweep_test_'
/** No test file runs this long. An older database belongs to a crashed test file. */
const staleAfterMs = 2 * 60 * 60 * 1000

/**
 * Creates a new database on the server of TEST_DATABASE_URL, migrated unless `empty`. The test file
 * must drop the database when it ends.
 */
export async function ownDatabase(
  options: { readonly empty?: boolean } = {},
): Promise<OwnDatabase> {
  const server = process.env['TEST_DATABASE_URL']
  if (!server) {
    throw new Error('TEST_DATABASE_URL is not set: run `npm test`, or see devstack/stack.ts')
  }
  const name = `${prefix}${Date.now()}_${randomBytes(4).toString('hex')}`
  await onServer(server, async (sql) => {
    await dropStale(sql)
    await sql.unsafe(`create database ${name}`)
  })
  const url = Object.assign(new URL(server), { pathname: `/${name}` }).href
  if (!options.empty) await migrateDatabase(url)
  const sql = postgres(url, { max: 2, onnotice: () => {} })
  return {
    url,
    sql,
    async drop() {
      await sql.end({ timeout: 1 })
      await onServer(server, (admin) =>
        admin.unsafe(`drop database if exists ${name} with (force)`),
      )
    },
  }
}

async function onServer(url: string, work: (sql: postgres.Sql) => Promise<unknown>): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    await work(sql)
  } finally {
    await sql.end({ timeout: 1 })
  }
}

async function dropStale(sql: postgres.Sql): Promise<void> {
  const rows = await sql<{ datname: string }[]>`
    select datname from pg_database where starts_with(datname, ${prefix})`
  for (const { datname } of rows) {
    const madeAt = Number(datname.slice(prefix.length).split('_')[0])
    if (Date.now() - madeAt > staleAfterMs) {
      await sql.unsafe(`drop database if exists ${datname} with (force)`)
    }
  }
}
