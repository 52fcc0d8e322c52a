import type postgres from 'postgres'
import type { Hash } from '../../../domain/address.ts'

/** Where the scanner stands: what a rewind has to be decided on. */
export async function cursorHash(sql: postgres.Sql, chainId = 56): Promise<Hash> {
  const [row] = await sql`select hash from scan_cursors where chain_id = ${chainId}`
  return row?.['hash']
}
