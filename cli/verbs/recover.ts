import { listDeposits } from '../../adapters/drizzle/deposits/find-deposits.ts'
import { retrySweep } from '../../adapters/temporal/sweep-runs.ts'
import { startFactsOf } from '../../adapters/temporal/sweep-start.ts'
import { toEip55 } from '../../adapters/viem/to-eip55.ts'
import { loadConfig } from '../../config/load-config.ts'
import type { ChainConfig, Config } from '../../config/schema/config.ts'
import type { Address } from '../../domain/address.ts'
import type { AssetId } from '../../domain/chains/asset.ts'
import { NotYet } from '../../domain/money-errors.ts'
import { replanDeposits } from '../../operations/orders/retry-deposit.ts'
import { type AssetNames, createAssetNames } from '../../operations/views/asset-names.ts'
import { type RecoverJson, toRecoverJson } from '../../operations/views/recover-json.ts'
import { recoverNow } from '../../workers/main.ts'
import { formatTable } from '../render/table.ts'
import { CliError, notFound, refused, usageError } from '../session/cli-error.ts'
import { exitCodes, type Outcome, type Session } from '../session/outcome.ts'
import type { Paint } from '../session/paint.ts'
import { pickChains } from '../session/pick-chains.ts'
import { withDatabase } from '../session/with-database.ts'
import { withTemporal } from '../session/with-temporal.ts'

interface RecoverArguments {
  readonly chain?: number
  readonly lane?: Address
  readonly acceptNonce?: readonly bigint[]
  readonly dryRun?: boolean
  readonly operator: string
  readonly reason: string
}

/**
 * MONEY 22: adopts transactions that the chain has and a database from a backup lacks, opens the
 * closed lanes, and replans the deposits that stopped because of these lanes. If a lane cannot be
 * explained, it stays closed and unchanged, and the exit code is 3. Safe to repeat.
 */
export async function recover(args: RecoverArguments, session: Session): Promise<Outcome> {
  const config = loadConfig({ need: ['database', 'temporal'], env: session.env })
  const { operator, reason, lane, acceptNonce: acceptNonces = [], dryRun = false } = args
  if (acceptNonces.length > 0 && lane === undefined) {
    throw usageError(
      '--accept-nonce needs --lane',
      'a nonce belongs to one sender: add --lane <address>',
    )
  }
  const names = createAssetNames(config.chains)
  const reports: RecoverJson[] = []
  let isOurs = false
  for (const chain of pickChains(config.chains, args.chain)) {
    session.note(`${chain.name} …`)
    const recovered = await recoverNow(config.database, chain, {
      operator,
      reason,
      lane,
      acceptNonces,
      dryRun,
    }).catch((error) => {
      if (!(error instanceof NotYet)) throw error
      throw refused(error.message, 'start the worker, wait, then repeat')
    })
    isOurs ||= recovered.isOurs
    const released =
      recovered.covered === undefined ? 0 : await replanStopped(config, chain, { operator, reason })
    reports.push(toRecoverJson(chain, recovered, released, names))
  }
  if (lane !== undefined && !isOurs) {
    throw notFound(
      `${toEip55(lane)} is neither a keeper nor a user wallet`,
      'see "coldsweep keeper" for keepers and "coldsweep sweeps" for wallets',
    )
  }
  const obstacles = reports.flatMap(({ chainId, lanes }) =>
    lanes.flatMap((it) =>
      it.obstacles.map((why) => ({
        code: 'not-explained',
        message: `chain ${chainId}, ${it.sender}: ${why}`,
        hint: 'the lane stays closed and was not changed; see docs/runbook.md, "The database is behind the chain"',
      })),
    ),
  )
  if (obstacles.length > 0) throw new CliError(exitCodes.refused, obstacles, reports)
  return {
    data: reports,
    text: (paint) => reports.map((it) => describe(it, paint, lane, names)).join('\n\n'),
  }
}

function describe(
  report: RecoverJson,
  paint: Paint,
  only: Address | undefined,
  names: AssetNames,
): string {
  const { chain, chainId, lanes, done, depositsCovered, depositsReleased } = report
  if (lanes.length === 0) {
    const none = only ? `${toEip55(only)} has no closed lane` : 'no lane is closed'
    return `${chain}: ${none}, nothing to explain; ${depositsReleased} deposits continue`
  }
  const rows = lanes.flatMap(({ sender, adoptions }) =>
    adoptions.map(({ nonce, kind, taken, hash }) => [
      sender,
      String(nonce),
      kind === 'foreign' ? ({ text: kind, colour: 'red' } as const) : kind,
      describeTaken(taken, (asset, amount) => names.amount(chainId, asset, amount)),
      hash ?? 'unseen, accepted',
    ]),
  )
  const table = formatTable(['sender', 'nonce', 'kind', 'moved', 'transaction'], rows, paint)
  const verdict = done
    ? `lanes opened: ${lanes.filter(({ obstacles }) => obstacles.length === 0).length}, deposits done: ${depositsCovered}, replanned: ${depositsReleased}`
    : 'dry run; nothing was changed'
  return `${table}\n\n${chain}: ${verdict}`
}

/** Junk tokens can emit any number of logs in a transaction, so a line shows only the first few. */
const shownTaken = 3

function describeTaken(
  taken: RecoverJson['lanes'][number]['adoptions'][number]['taken'],
  amountOf: (asset: AssetId, amount: bigint) => string,
): string {
  const parts = taken
    .slice(0, shownTaken)
    .map(
      ({ to, asset, amount }) =>
        `${amountOf(asset.toLowerCase() as AssetId, BigInt(amount))} to ${to ?? 'a new contract'}`,
    )
  const more = taken.length - parts.length
  return [...parts, ...(more > 0 ? [`${more} more`] : [])].join(', ')
}

/** Replans the deposits that stopped because a lane was behind the chain. */
function replanStopped(
  config: Config<'database' | 'temporal'>,
  chain: ChainConfig,
  order: { readonly operator: string; readonly reason: string },
): Promise<number> {
  return replanDeposits(chain, 'lane-behind', {
    async list(filter, limit) {
      const { views } = await withDatabase(config.database, (db) => listDeposits(db, filter, limit))
      return views.map(({ deposit }) => deposit)
    },
    ask: (messages) =>
      withTemporal(config.temporal, async (temporal) => {
        const facts = startFactsOf(chain, config.timers)
        for (const message of messages) await retrySweep(temporal, message, facts, order)
      }),
  })
}
