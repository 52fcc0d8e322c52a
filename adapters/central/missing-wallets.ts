import { getAddress } from 'viem/utils'
import type { Address } from '../../domain/address.ts'
import { openCentralClient } from './central-database.ts'
import { translateCentralError } from './errors.ts'
import { asRead } from './spelling.ts'

const answerWithinMs = 120_000

/**
 * Finds the addresses without a row in `userwallet`, batch by batch. The usual spellings are asked
 * first, because an index answers them.
 */
export async function* missingWallets(
  url: string,
  batches: AsyncIterable<readonly Address[]>,
): AsyncGenerator<readonly Address[]> {
  const sql = openCentralClient(url, {
    applicationName: 'coldsweep-config-check',
    statementTimeoutMs: answerWithinMs,
  })
  try {
    for await (const addresses of batches) {
      const spellings = addresses.flatMap((address) => [address, getAddress(address)])
      if (spellings.length === 0) continue
      const usual = await sql<{ address: Address }[]>`
        select ${asRead(sql)} as address from userwallet where address in ${sql(spellings)}`
      const left = without(addresses, usual)
      if (left.length === 0) continue
      const others = await sql<{ address: Address }[]>`
        select ${asRead(sql)} as address from userwallet where ${asRead(sql)} in ${sql(left)}`
      yield without(left, others)
    }
  } catch (error) {
    throw translateCentralError(error)
  } finally {
    await sql.end({ timeout: 1 })
  }
}

function without(addresses: readonly Address[], rows: readonly { readonly address: Address }[]) {
  const found = new Set(rows.map(({ address }) => address))
  return addresses.filter((address) => !found.has(address))
}
