import type { Sql } from 'postgres'
import { getAddress } from 'viem/utils'
import type { Hex } from '../../domain/address.ts'
import type { KeySource } from '../../domain/ports/key-source.ts'

const keyPattern = /^(?:0x)?([0-9a-fA-F]{64})$/

/**
 * Keys of user wallets, from the exchange's table `userwallet`. Only the signer gets one of these, and it asks for one
 * address at a time. The two usual spellings go first, because an index on `address` serves them; `lower(address)`,
 * which may read the whole table, only when they find nothing.
 */
export function createCentralKeys(sql: Sql): KeySource {
  return {
    async candidates(address) {
      const spelled = await sql<{ private_key: string | null }[]>`
        select private_key from userwallet where address in (${address}, ${getAddress(address)})`
      const rows =
        spelled.length > 0
          ? spelled
          : await sql<{ private_key: string | null }[]>`
              select private_key from userwallet where lower(address) = ${address}`
      return rows.flatMap((row) => readKey(row.private_key))
    },
  }
}

/** 0x is optional in the table; what is no key is left out, without its text going anywhere. */
export function readKey(text: string | null): Hex[] {
  const match = keyPattern.exec(text?.trim() ?? '')
  return match ? [`0x${match[1]?.toLowerCase() ?? ''}`] : []
}
