import type postgres from 'postgres'
import type { Hash } from '../../../domain/address.ts'

/** Reads the block hash of the scanner's cursor. A rewind must name this hash. */
export async function cursorHash(sql: postgres.Sql, chainId = 56): Promise<Hash> {
  const [row] = await sql`select hash from scan_cursors where chain_id = ${chainId}`
  return row?.['hash']
}
