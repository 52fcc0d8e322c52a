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
import type { Unfinished } from '../../domain/books/row-figures.ts'
import { coldWalletHint, explainError } from '../session/explain-error.ts'
import { exitCodes } from '../session/outcome.ts'
import { withDatabase } from '../session/with-database.ts'
import { type CheckResult, failed, passed, unreachable, warning } from './check-result.ts'

const where = 'DATABASE_URL'
const migrate = 'run "coldsweep migrate"'

/**
 * Checks that the database is reachable and migrated, and that it has the yaml's cold wallets
 * (MONEY 18) and keepers.
 */
export async function checkDatabase(
  database: Needs['database'],
  chains: readonly ChainConfig[] | undefined,
): Promise<CheckResult[]> {
  try {
    return await withDatabase(database, (db) => checkContent(db, chains))
  } catch (error) {
    const { exitCode, message } = explainError(error)
    const fix = 'check that the database exists and accepts this user'
    return exitCode === exitCodes.unavailable
      ? [unreachable(where, message, fix)]
      : [failed('database', where, message, fix)]
  }
}

async function checkContent(
  db: Queries,
  chains: readonly ChainConfig[] | undefined,
): Promise<CheckResult[]> {
  const exchanges = (await holdsUserwallet(db))
    ? [
        warning(
          'not-own-database',
          where,
          'has a table userwallet: this is probably the exchange’s database',
          'use a separate database before "coldsweep migrate" creates its tables here',
        ),
      ]
    : []
  const pending = await pendingMigrations(db)
  if (pending > 0) {
    return [
      ...exchanges,
      warning('migrations', where, `${pending} migrations are pending`, migrate),
    ]
  }
  const found = [...exchanges, ...(chains ? await compareChains(db, chains) : [])]
  if (found.length > 0) return found
  return [passed(where, chains ? 'migrated; every chain is registered' : 'migrated')]
}

/** Compares the chains of the file with the rows. */
async function compareChains(db: Queries, chains: readonly ChainConfig[]): Promise<CheckResult[]> {
  const differences = (await coldWalletDifferences(db, chains)).map((it) =>
    failed(
      'cold-wallet-changed',
      `chains[${chains.findIndex(({ id }) => id === it.chainId)}].coldWallet`,
      `is ${toEip55(it.configured)}; the database has ${toEip55(it.recorded)}`,
      coldWalletHint,
    ),
  )
  const unregistered = (await unregisteredChains(db, chains)).map((id) =>
    warning('migrations', where, `chain ${id} is not registered yet`, migrate),
  )
  const keeperWarnings = (await unregisteredKeepers(db, chains)).map(({ chainId, address }) =>
    warning(
      'keeper-unregistered',
      `chains[${chains.findIndex(({ id }) => id === chainId)}].gasKeeper.address`,
      `${toEip55(address)} is not the keeper registered in the database`,
      `${migrate}, or restore the previous keeper`,
    ),
  )
  const configured = new Set(chains.map(({ id }) => id))
  const figures = createRowFigures(db)
  const paused = (await figures.chains()).filter((it) => it.paused && configured.has(it.chainId))
  const stopped = paused.map(({ chainId }) =>
    warning(
      'chain-paused',
      where,
      `chain ${chainId} is paused by an operator; nothing new is planned or signed`,
      `when the reason is gone, run "coldsweep resume --chain ${chainId}"`,
    ),
  )
  const assets = (await figures.pausedAssets()).filter(({ chainId }) => configured.has(chainId))
  const stoppedAssets = assets.map(({ chainId, asset, by }) =>
    warning(
      'asset-paused',
      where,
      `${asset} on chain ${chainId} is paused by ${by === 'operator' ? 'an operator' : 'the breaker, because its sweeps failed'}; its sweeps are not signed`,
      `when the reason is gone, run "coldsweep resume --asset ${asset} --chain ${chainId}"`,
    ),
  )
  const left = countByState(await figures.unfinished()).filter((it) => !configured.has(it.chainId))
  const leftBehind = left.map(({ chainId, state, count }) =>
    warning(
      'chain-left-behind',
      'chains',
      `chain ${chainId} is not listed; ${count} of its deposits are ${state} and cannot be swept`,
      'list the chain until its deposits have ended',
    ),
  )
  return [
    ...differences,
    ...unregistered,
    ...keeperWarnings,
    ...stopped,
    ...stoppedAssets,
    ...leftBehind,
  ]
}

type Counted = Pick<Unfinished, 'chainId' | 'state' | 'count'>

/** Adds up the counts of a state's reasons. */
function countByState(found: readonly Unfinished[]): readonly Counted[] {
  const sums = new Map<string, Counted>()
  for (const { chainId, state, count } of found) {
    const key = `${chainId} ${state}`
    sums.set(key, { chainId, state, count: count + (sums.get(key)?.count ?? 0) })
  }
  return [...sums.values()]
}
