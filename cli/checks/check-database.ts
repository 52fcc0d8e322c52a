import { createRowFigures } from '../../adapters/drizzle/books/row-figures.ts'
import {
  coldWalletDifferences,
  unregisteredChains,
  unregisteredKeepers,
} from '../../adapters/drizzle/chains/chain-registry.ts'
import { holdsUserwallet } from '../../adapters/drizzle/holds-userwallet.ts'
import { pendingMigrations } from '../../adapters/drizzle/migrate.ts'
import type { Queries } from '../../adapters/drizzle/queries.ts'
import { toEip55 } from '../../adapters/viem/to-eip55.ts'
import type { ChainConfig, Needs } from '../../config/schema/config.ts'
import { coldWalletHint } from '../session/cold-wallet-hint.ts'
import { exitCodes } from '../session/exit-code.ts'
import { explainError } from '../session/explain-error.ts'
import { withDatabase } from '../session/with-database.ts'
import { down, type Finding, fault, warning, well } from './finding.ts'

const where = 'DATABASE_URL'
const migrate = 'run "coldsweep migrate"'

/** Reachable, migrated, and with the same cold wallets as the yaml (MONEY 18). */
export async function checkDatabase(
  database: Needs['database'],
  chains: readonly ChainConfig[],
): Promise<Finding[]> {
  try {
    return await withDatabase(database, (db) => checkContent(db, chains))
  } catch (error) {
    const { exitCode, message } = explainError(error)
    const fix = 'look whether the database exists and lets this user in'
    return exitCode === exitCodes.unavailable
      ? [down(where, message, fix)]
      : [fault('database', where, message, fix)]
  }
}

async function checkContent(db: Queries, chains: readonly ChainConfig[]): Promise<Finding[]> {
  const exchanges = (await holdsUserwallet(db))
    ? [
        warning(
          'not-own-database',
          where,
          'this database has a table userwallet: it seems to be the exchange’s',
          'give coldsweep a database of its own before "coldsweep migrate" puts its tables there',
        ),
      ]
    : []
  const pending = await pendingMigrations(db)
  if (pending > 0) {
    return [
      ...exchanges,
      warning('migrations', where, `the database lacks ${pending} migrations`, migrate),
    ]
  }
  const differences = (await coldWalletDifferences(db, chains)).map((it) =>
    fault(
      'cold-wallet-changed',
      `chains[${chains.findIndex(({ id }) => id === it.chainId)}].coldWallet`,
      `is ${toEip55(it.configured)}, but ${toEip55(it.recorded)} in this database`,
      coldWalletHint,
    ),
  )
  const unregistered = (await unregisteredChains(db, chains)).map((id) =>
    warning('migrations', where, `the database does not know chain ${id} yet`, migrate),
  )
  const strangers = (await unregisteredKeepers(db, chains)).map(({ chainId, address }) =>
    warning(
      'keeper-unregistered',
      `chains[${chains.findIndex(({ id }) => id === chainId)}].gasKeeper.address`,
      `is ${toEip55(address)}, which is not the keeper that the database knows`,
      `${migrate}, or put the former one back`,
    ),
  )
  const configured = new Set(chains.map(({ id }) => id))
  const figures = createRowFigures(db)
  const paused = (await figures.chains()).filter((it) => it.paused && configured.has(it.chainId))
  const stopped = paused.map(({ chainId }) =>
    warning(
      'chain-paused',
      where,
      `an operator has paused chain ${chainId}: nothing new is planned or signed there`,
      `once its reason is gone: "coldsweep resume --chain ${chainId}"`,
    ),
  )
  const left = (await figures.unfinished()).filter(({ chainId }) => !configured.has(chainId))
  const leftBehind = left.map(({ chainId, state, count }) =>
    warning(
      'chain-left-behind',
      'chains',
      `chain ${chainId} is not listed, and ${count} of its deposits are ${state}: nobody sweeps them`,
      'list the chain until they have ended',
    ),
  )
  const findings = [
    ...exchanges,
    ...differences,
    ...unregistered,
    ...strangers,
    ...stopped,
    ...leftBehind,
  ]
  return findings.length > 0 ? findings : [well(where, 'is migrated and knows every chain')]
}
