import type postgres from 'postgres'
import type { Hash } from '../../../domain/address.ts'

/** Block hash of the scanner's cursor, which a rewind must name. */
export async function cursorHash(sql: postgres.Sql, chainId = 56): Promise<Hash> {
  const [row] = await sql`select hash from scan_cursors where chain_id = ${chainId}`
  return row?.['hash']
}
