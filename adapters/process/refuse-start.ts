import type { Chain } from '../../domain/chain.ts'
import { StartRefused } from '../../domain/errors.ts'
import { inspectCentral } from '../central/inspect-central.ts'
import { coldWalletDifferences, unregisteredChains } from '../drizzle/chain-registry.ts'
import type { Database } from '../drizzle/database.ts'
import { translateDatabaseError } from '../drizzle/errors.ts'
import { pendingMigrations } from '../drizzle/migrate.ts'

/**
 * MONEY 18: config, database and central table must agree before a process reads a block or signs anything. Throws
 * StartRefused with every reason; a database that is away throws DatabaseUnreachable, and asking again is right.
 */
export async function refuseStart(
  { db }: Database,
  centralUrl: string,
  chains: readonly Chain[],
): Promise<void> {
  const reasons = await translating(async () => {
    const pending = await pendingMigrations(db)
    if (pending > 0) return [`the database lacks ${pending} migration(s): run "coldsweep migrate"`]
    const unregistered = await unregisteredChains(db, chains)
    const differences = await coldWalletDifferences(db, chains)
    return [
      ...unregistered.map((id) => `chain ${id} is not registered: run "coldsweep migrate"`),
      ...differences.map(
        ({ chainId, recorded, configured }) =>
          `chain ${chainId}: coldWallet is ${configured} in coldsweep.yaml, the database was begun with ${recorded}`,
      ),
    ]
  })
  const all = [...reasons, ...(await centralReasons(centralUrl, chains))]
  if (all.length > 0) throw new StartRefused(all)
}

/** A cold wallet, keeper or token among the user wallets would be swept, or taken for a depositor. */
async function centralReasons(url: string, chains: readonly Chain[]): Promise<string[]> {
  const ours = chains.flatMap((chain) => [
    { address: chain.coldWallet, what: `cold wallet of chain ${chain.id}` },
    { address: chain.gasKeeper.address, what: `gas keeper of chain ${chain.id}` },
    ...chain.tokens.flatMap(({ id, symbol }) =>
      id === 'native' ? [] : [{ address: id, what: `token ${symbol} of chain ${chain.id}` }],
    ),
  ])
  const report = await inspectCentral(
    url,
    ours.map(({ address }) => address),
  )
  // Away is for the loops to bear: the scanner goes on with the wallets it knows.
  if (report.unreachable !== undefined) return []
  return ours
    .filter(({ address }) => report.hits.has(address))
    .map(
      ({ address, what }) =>
        `the ${what}, ${address}, is in userwallet: take it out of one of them`,
    )
}

async function translating<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw translateDatabaseError(error)
  }
}
