import type { Chain } from '../../../domain/chains/chain.ts'
import type { StartFacts } from '../../../domain/chains/start-errors.ts'
import type { Database } from '../database.ts'
import { translateDatabaseError } from '../errors.ts'
import { pendingMigrations } from '../migrate.ts'
import { coldWalletDifferences, unregisteredChains, unregisteredKeepers } from './chain-registry.ts'

/**
 * Reads from the database the facts that allow or forbid the start of a process. Throws
 * DatabaseUnreachable while the database is down. Retryable.
 */
export async function readStartFacts(
  { db }: Pick<Database, 'db'>,
  chains: readonly Chain[],
): Promise<Omit<StartFacts, 'inUserwallet'>> {
  try {
    const pending = await pendingMigrations(db)
    if (pending > 0) {
      const unknown = { unregistered: [], unregisteredKeepers: [], coldWallets: [] }
      return { pendingMigrations: pending, ...unknown }
    }
    return {
      pendingMigrations: 0,
      unregistered: await unregisteredChains(db, chains),
      unregisteredKeepers: await unregisteredKeepers(db, chains),
      coldWallets: await coldWalletDifferences(db, chains),
    }
  } catch (error) {
    throw translateDatabaseError(error)
  }
}
