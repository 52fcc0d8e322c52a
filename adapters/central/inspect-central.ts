import type postgres from 'postgres'
import type { Address } from '../../domain/address.ts'
import { CentralDatabaseUnreachable } from '../../domain/errors.ts'
import { openPostgresClient } from '../postgres/postgres-client.ts'
import { translateCentralError } from './errors.ts'
import { asRead } from './spelling.ts'

const wantedColumns = ['address', 'private_key', 'currency'] as const

/**
 * Report on whether coldsweep can use the exchange's database. The inspection changes nothing and
 * reads no key.
 */
export interface CentralReport {
  /** The reason why the database can't be reached now, without its URL; undefined if it answers. */
  readonly unreachable: string | undefined
  readonly tableMissing: boolean
  readonly missingColumns: readonly string[]
  /** Columns that this user may not read. */
  readonly unreadableColumns: readonly string[]
  /** Which of the requested addresses are in `userwallet` (MONEY 18). */
  readonly hits: ReadonlySet<Address>
}

const nothing: CentralReport = {
  unreachable: undefined,
  tableMissing: false,
  missingColumns: [],
  unreadableColumns: [],
  hits: new Set(),
}

/**
 * Inspects the exchange's database. Reads the addresses of the whole table once, which takes some
 * seconds for millions of rows. Throws `CentralDatabaseRefused` when the server answers with an
 * error, because a failed query must not look like "no hits".
 */
export async function inspectCentral(
  url: string,
  addresses: readonly Address[],
): Promise<CentralReport> {
  const sql = openPostgresClient(url, {
    applicationName: 'coldsweep-config-check',
    settings: { statement_timeout: 120_000 },
  })
  try {
    const columns = await sql<{ name: string; readable: boolean }[]>`
      select attname as name, has_column_privilege(attrelid, attnum, 'select') as readable
      from pg_attribute
      where attrelid = to_regclass('userwallet') and attnum > 0 and not attisdropped`
    if (columns.length === 0) return { ...nothing, tableMissing: true }
    const found = new Map(columns.map(({ name, readable }) => [name, readable]))
    const missingColumns = wantedColumns.filter((name) => !found.has(name))
    const unreadableColumns = wantedColumns.filter((name) => found.get(name) === false)
    const hits = found.get('address') === true ? await readHits(sql, addresses) : nothing.hits
    return { ...nothing, missingColumns, unreadableColumns, hits }
  } catch (error) {
    const translated = translateCentralError(error)
    if (!(translated instanceof CentralDatabaseUnreachable)) throw translated
    return { ...nothing, unreachable: translated.message }
  } finally {
    await sql.end({ timeout: 1 })
  }
}

async function readHits(sql: postgres.Sql, addresses: readonly Address[]): Promise<Set<Address>> {
  if (addresses.length === 0) return new Set()
  const rows = await sql<{ address: Address }[]>`
    select distinct ${asRead(sql)} as address from userwallet
    where ${asRead(sql)} in ${sql([...addresses])}`
  return new Set(rows.map((row) => row.address))
}
