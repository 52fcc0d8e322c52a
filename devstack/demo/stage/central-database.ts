import postgres from 'postgres'
import type { Person } from '../script/cast.ts'
import { type CentralRow, centralRows } from './central-rows.ts'

export interface Databases {
  /** For coldsweep; empty. */
  own: string
  /** The exchange's, with `userwallet`. */
  central: string
  drop(): Promise<void>
}

/** Two databases of this run on one server; `server` is the URL of any database there. */
export async function makeDatabases(
  server: string,
  runId: string,
  wallets: readonly Person[],
): Promise<Databases> {
  const names = { own: `coldsweep_${runId}`, central: `coldsweep_${runId}_central` }
  const urlOf = (name: string) => Object.assign(new URL(server), { pathname: `/${name}` }).href
  await onServer(server, async (sql) => {
    for (const name of Object.values(names)) await sql.unsafe(`create database ${name}`)
  })
  const central = urlOf(names.central)
  await onServer(central, async (sql) => {
    await sql`create table userwallet (address text, private_key text, currency text)`
  })
  await addWallets(central, wallets)
  return {
    own: urlOf(names.own),
    central,
    drop: () =>
      onServer(server, async (sql) => {
        for (const name of Object.values(names))
          await sql.unsafe(`drop database if exists ${name} with (force)`)
      }),
  }
}

export async function addWallets(central: string, wallets: readonly Person[]): Promise<void> {
  const rows: CentralRow[] = centralRows(wallets)
  await onServer(central, async (sql) => {
    await sql`insert into userwallet ${sql(rows, 'address', 'private_key', 'currency')}`
  })
}

async function onServer(url: string, work: (sql: postgres.Sql) => Promise<void>): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    await work(sql)
  } finally {
    await sql.end({ timeout: 1 })
  }
}
