import type { Sql } from 'postgres'
import { getAddress } from 'viem/utils'
import type { Address, Hex } from '../../domain/address.ts'
import { CentralDatabaseUnreachable } from '../../domain/errors.ts'
import type { WalletTable } from '../../domain/scan/explain-rows.ts'
import { errorMessage } from '../../runtime/error-message.ts'
import type { CentralDatabase } from './central-database.ts'
import { translateCentralError } from './errors.ts'
import { createCentralKeys } from './key-source.ts'
import { asRead } from './spelling.ts'

const limits = { usual: 5_000, any: 30_000 }

/**
 * The table `userwallet` for an operator's question. A key never leaves this object: it is compared
 * with its address and dropped. An unreachable table is an answer, not an error.
 */
export function createWalletTable(
  central: Pick<CentralDatabase, 'use'>,
  addressOfKey: (key: Hex) => Address | undefined,
): WalletTable {
  const keys = createCentralKeys({ usual: central, any: central }, limits)
  const late = () => new CentralDatabaseUnreachable('the central database does not answer in time')
  const find = async (ms: number, work: (sql: Sql) => Promise<{ address: Address }[]>) =>
    (await central.use(work, { ms, late })).map(({ address }) => address)
  return {
    async listed(addresses) {
      if (addresses.length === 0) return new Set()
      try {
        const spellings = addresses.flatMap((one) => [one, getAddress(one)])
        const usual = await find(
          limits.usual,
          (sql) => sql`
            select ${asRead(sql)} as address from userwallet where address in ${sql(spellings)}`,
        )
        const left = addresses.filter((one) => !usual.includes(one))
        if (left.length === 0) return new Set(usual)
        const others = await find(
          limits.any,
          (sql) => sql`
            select ${asRead(sql)} as address from userwallet where ${asRead(sql)} in ${sql(left)}`,
        )
        return new Set([...usual, ...others])
      } catch (error) {
        return { why: errorMessage(translateCentralError(error)) }
      }
    },
    async proveKey(address) {
      try {
        const fits = (key: Hex) => addressOfKey(key) === address
        if ((await keys.candidates(address, 'usual')).some(fits)) return { kind: 'fits' }
        const all = await keys.candidates(address, 'any')
        if (all.some(fits)) return { kind: 'fits' }
        return all.length === 0 ? { kind: 'missing' } : { kind: 'wrong', rows: all.length }
      } catch (error) {
        return { kind: 'not-checked', why: errorMessage(error) }
      }
    },
  }
}

/** For a process without `CENTRAL_DATABASE_URL`. */
export function noWalletTable(why: string): WalletTable {
  return {
    listed: async () => ({ why }),
    proveKey: async () => ({ kind: 'not-checked', why }),
  }
}
