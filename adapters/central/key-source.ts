import type { Sql } from 'postgres'
import { getAddress } from 'viem/utils'
import type { Address, Hex } from '../../domain/address.ts'
import type { KeySource } from '../../domain/ports/key-source.ts'
import { translateCentralError } from './errors.ts'
import { asRead } from './spelling.ts'

const keyPattern = /^(?:0[xX])?([0-9a-fA-F]{64})$/

/**
 * Keys of user wallets, from the exchange's table `userwallet`. Only the signer gets one of these, and it asks for one
 * address at a time.
 */
export function createCentralKeys(sql: Sql): KeySource {
  return {
    async candidates(address, spelling) {
      try {
        const rows = await rowsOf(sql, address, spelling)
        return rows.flatMap((row) => readKey(row.private_key))
      } catch (error) {
        throw translateCentralError(error)
      }
    },
  }
}

/** Whatever the reader of addresses has found in the table is found here too. */
async function rowsOf(sql: Sql, address: Address, spelling: 'usual' | 'any') {
  return spelling === 'usual'
    ? await sql<{ private_key: string | null }[]>`
        select private_key from userwallet where address in (${address}, ${getAddress(address)})`
    : await sql<{ private_key: string | null }[]>`
        select private_key from userwallet where ${asRead(sql)} = ${address}`
}

/** 0x is optional in the table; what is no key is left out, without its text going anywhere. */
export function readKey(text: string | null): Hex[] {
  const match = keyPattern.exec(text?.trim() ?? '')
  return match ? [`0x${match[1]?.toLowerCase() ?? ''}`] : []
}
