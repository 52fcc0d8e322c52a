import type { Sql } from 'postgres'
import { getAddress } from 'viem/utils'
import type { Address, Hex } from '../../domain/address.ts'
import { CentralDatabaseUnreachable } from '../../domain/errors.ts'
import type { KeySource } from '../../domain/lanes/signing.ts'
import type { CentralDatabase } from './central-database.ts'
import { translateCentralError } from './errors.ts'
import { asRead, mostBytes } from './spelling.ts'

/** The form of a key for PostgreSQL, with the blanks that `readKey` accepts around it. */
export const keyForm = '^\\s*(?:0[xX])?([0-9a-fA-F]{64})\\s*$'

const keyPattern = /^(?:0[xX])?([0-9a-fA-F]{64})$/

/**
 * How the table spells an address. `usual` (lower case or EIP-55) uses an index. `any` reads the
 * whole table, which takes some seconds for millions of rows.
 */
type Spelling = 'usual' | 'any'
const usualLimits = { usual: 10_000, any: 60_000 }

/**
 * Creates the source of user wallets' keys, which reads the exchange's table `userwallet`. Only the
 * signer gets this source, and asks for one address at a time. If the server is silent, the query
 * fails and its connection is closed. Otherwise a few hanging queries would block every sweep of
 * the process forever.
 * @param centrals one pool per spelling, so that no query that uses the index waits for a read of
 * the whole table
 * @param limits timeout of a query, in ms
 */
export function createCentralKeys(
  centrals: Readonly<Record<Spelling, Pick<CentralDatabase, 'use'>>>,
  limits: Readonly<Record<Spelling, number>> = usualLimits,
): KeySource {
  return {
    async candidates(address, spelling) {
      const ms = limits[spelling]
      const late = () =>
        new CentralDatabaseUnreachable(`the central database is silent for ${ms} ms`)
      try {
        const ask = (sql: Sql) => rowsOf(sql, address, spelling)
        const rows = await centrals[spelling].use(ask, { ms, late })
        return rows.flatMap((row) => readKey(row.private_key))
      } catch (error) {
        throw translateCentralError(error)
      }
    },
  }
}

/** Finds the same rows as the reader of addresses (wallet-book.ts). */
async function rowsOf(sql: Sql, address: Address, spelling: Spelling) {
  return spelling === 'usual'
    ? await sql<{ private_key: string | null }[]>`
        select ${keyOf(sql)} from userwallet where address in (${address}, ${getAddress(address)})`
    : await sql<{ private_key: string | null }[]>`
        select ${keyOf(sql)} from userwallet where ${asRead(sql)} = ${address}`
}

const keyOf = (sql: Sql) =>
  sql`case when octet_length(private_key::text) <= ${mostBytes} then private_key end as private_key`

/**
 * Reads a key of the table, with or without `0x`. A text that is not a key is dropped and never
 * logged.
 */
export function readKey(text: string | null): Hex[] {
  const match = keyPattern.exec(text?.trim() ?? '')
  return match ? [`0x${match[1]?.toLowerCase() ?? ''}`] : []
}
