import postgres from 'postgres'
import { generatePrivateKey } from 'viem/accounts'
import type { Person } from '../script/cast.ts'

export interface Databases {
  /** URL of coldsweep's database, still empty. */
  own: string
  /** URL of the exchange's database with `userwallet`. */
  central: string
  drop(): Promise<void>
}

/**
 * Creates this run's two databases on one server.
 * @param server the URL of any database on the server
 */
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

/** Inserts wallets with their keys into the table `userwallet`. */
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

/** A row of the exchange's own table `userwallet`. */
export interface CentralRow {
  address: string
  private_key: string
  currency: string
}

const CURRENCIES = ['ETH', 'USDT', '']

/**
 * Returns rows like those of an exchange's old table: addresses in EIP-55, lower or upper case,
 * keys with and without 0x, and a meaningless currency. Every fourth wallet also has an earlier row
 * with a wrong key.
 */
export function centralRows(wallets: readonly Person[]): CentralRow[] {
  return wallets.flatMap((person, index) => {
    const row = {
      address: inCase(person.address, index),
      private_key: index % 2 === 0 ? person.privateKey : person.privateKey.slice(2),
      currency: CURRENCIES[index % CURRENCIES.length] ?? '',
    }
    const outdated = { ...row, private_key: generatePrivateKey() }
    return index % 4 === 3 ? [outdated, row] : [row]
  })
}

function inCase(address: string, index: number): string {
  if (index % 3 === 0) return address
  if (index % 3 === 1) return address.toLowerCase()
  return `0x${address.slice(2).toUpperCase()}`
}
