import type { Address } from '../../../domain/address.ts'
import type { Chain } from '../../../domain/chains/chain.ts'
import { addressErrors } from '../../../domain/chains/start-errors.ts'
import type { Database } from '../database.ts'
import { readStartFacts } from './start-facts.ts'

/**
 * The problem of a running process whose cold wallet or keeper is no longer the recorded one; such
 * a process signs nothing and would not start again. undefined also while the database does not
 * answer, which other checks report.
 */
export async function recordedAddressProblem(
  database: Pick<Database, 'db'>,
  chains: readonly Chain[],
  show: (address: Address) => string,
): Promise<string | undefined> {
  try {
    const errors = addressErrors(await readStartFacts(database, chains), show)
    return errors.length === 0 ? undefined : errors.join('; ')
  } catch {
    return undefined
  }
}
