import type { Sql } from 'postgres'
import { getAddress } from 'viem/utils'
import type { Address } from '../../domain/address.ts'
import { openCentralClient } from './central-database.ts'
import { translateCentralError } from './errors.ts'
import { keyForm } from './key-source.ts'
import { asRead } from './spelling.ts'
import {
  type AddressOfKey,
  columnsText,
  type FaultyWallet,
  judgeTally,
  shownCell,
  type Tally,
  tally,
  type WalletRow,
} from './wallet-rows.ts'

/** Result of the quick check of `userwallet`. Each list of addresses is a few examples. */
export interface WalletSurvey {
  readonly rows: number
  /** Distinct well-formed addresses. */
  readonly wallets: number
  /** Rows without a well-formed address. No deposit to such a row is ever found. */
  readonly badAddresses: { readonly count: number; readonly examples: readonly string[] }
  /** Wallets of which no row has a text in the form of a key. */
  readonly withoutKey: { readonly count: number; readonly examples: readonly string[] }
  /** Wallets whose rows have different keys, or a key and none. */
  readonly contradicting: { readonly count: number; readonly examples: readonly string[] }
  /** Number of wallets whose keys were derived. They are chosen at random. */
  readonly proved: number
  /** Proved wallets of which no key fits the address. */
  readonly unproved: readonly FaultyWallet[]
}

const answerWithinMs = 60_000

/**
 * Checks the form of every cell in SQL, and derives the addresses of a random sample of keys. Reads
 * the table a few times, which takes seconds for millions of rows.
 * @throws CentralDatabaseUnreachable, CentralDatabaseRefused
 */
export async function surveyWallets(
  url: string,
  addressOfKey: AddressOfKey,
  sampleSize: number,
): Promise<WalletSurvey> {
  const sql = openCentralClient(url, {
    applicationName: 'coldsweep-config-check',
    statementTimeoutMs: answerWithinMs,
  })
  try {
    const found = await countRows(sql)
    const sampled = await sampleRows(sql, sampleSize)
    const proof = talliesOf(sampled, addressOfKey)
    const doubted = proof.filter((seen) => judgeTally(seen) !== undefined)
    const rows = await rowsOf(
      sql,
      doubted.map(({ address }) => address),
    )
    const whole = talliesOf(rows, addressOfKey).flatMap((seen) => judgeTally(seen) ?? [])
    // The counts report wallets without a key and contradicting rows.
    const unproved = whole.filter(({ fault }) => fault === 'key-of-another' || fault === 'bad-key')
    return { ...found, proved: proof.length, unproved }
  } catch (error) {
    throw translateCentralError(error)
  } finally {
    await sql.end({ timeout: 1 })
  }
}

function talliesOf(rows: readonly WalletRow[], addressOfKey: AddressOfKey): readonly Tally[] {
  const tallies = new Map<string, Tally>()
  for (const row of rows) {
    const address = row.address ?? ''
    tallies.set(address, tally(tallies.get(address), row, addressOfKey))
  }
  return [...tallies.values()]
}

interface Counted {
  readonly rows: string
  readonly wallets: string
  readonly bad: string
  readonly none: string
  readonly differing: string
  readonly bad_examples: readonly (string | null)[]
  readonly none_examples: readonly Address[]
  readonly differing_examples: readonly Address[]
}

async function countRows(sql: Sql) {
  const [row] = await sql<Counted[]>`
    with cells as materialized (select ${sql.unsafe(columnsText)} from userwallet),
    judged as (
      select address, coalesce(address ~ ${addressForm}, false) as is_address,
        (regexp_match(key, ${keyForm}))[1] collate "C" as key
      from cells),
    wallets as materialized (
      select address, count(*) as cells, count(key) as keys,
        min(lower(key)) as least, max(lower(key)) as greatest
      from judged where is_address group by address)
    select (select count(*) from judged) as rows, (select count(*) from wallets) as wallets,
      (select count(*) from judged where not is_address) as bad,
      (select count(*) from wallets where ${noKey(sql)}) as none,
      (select count(*) from wallets where ${differing(sql)}) as differing,
      ${examplesOf(sql, sql`judged where not is_address`)} as bad_examples,
      ${examplesOf(sql, sql`wallets where ${noKey(sql)}`)} as none_examples,
      ${examplesOf(sql, sql`wallets where ${differing(sql)}`)} as differing_examples`
  if (!row) throw new Error('the count of userwallet has no row')
  const shown = (addresses: readonly Address[]) => addresses.map((it) => getAddress(it))
  return {
    rows: Number(row.rows),
    wallets: Number(row.wallets),
    badAddresses: {
      count: Number(row.bad),
      examples: row.bad_examples.map((it) => shownCell(it ?? '')),
    },
    withoutKey: { count: Number(row.none), examples: shown(row.none_examples) },
    contradicting: { count: Number(row.differing), examples: shown(row.differing_examples) },
  }
}

const addressForm = '^0x[0-9a-f]{40}$'
const noKey = (sql: Sql) => sql`keys = 0`
const differing = (sql: Sql) => sql`keys > 0 and (keys < cells or least <> greatest)`
const examplesOf = (sql: Sql, from: ReturnType<Sql>) =>
  sql`(select coalesce(json_agg(address), '[]') from (select address from ${from} limit 5) few)`

/** Rows with an address and a text in the form of a key. */
async function sampleRows(sql: Sql, size: number) {
  return await sql<WalletRow[]>`
    select * from (select ${sql.unsafe(columnsText)} from userwallet) cells
    where address ~ ${addressForm} and key ~ ${keyForm} order by random() limit ${size}`
}

async function rowsOf(sql: Sql, addresses: readonly string[]): Promise<readonly WalletRow[]> {
  if (addresses.length === 0) return []
  return await sql<WalletRow[]>`
    select ${sql.unsafe(columnsText)} from userwallet where ${asRead(sql)} in ${sql([...addresses])}`
}
