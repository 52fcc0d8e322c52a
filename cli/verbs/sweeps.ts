import type { DepositView } from '../../adapters/drizzle/deposits/deposit-views.ts'
import { listDeposits } from '../../adapters/drizzle/deposits/find-deposits.ts'
import { loadConfig } from '../../config/load-config.ts'
import type { Address } from '../../domain/address.ts'
import { formatAge, formatTable, stateColour } from '../render/table.ts'
import type { StateFilter } from '../session/arguments.ts'
import { usageError } from '../session/cli-error.ts'
import type { Outcome, Session } from '../session/outcome.ts'
import type { Paint } from '../session/paint.ts'
import { pickChains } from '../session/pick-chains.ts'
import { withDatabase } from '../session/with-database.ts'
import { type AssetNames, createAssetNames } from '../views/asset-names.ts'
import { toDepositJson } from '../views/deposit-json.ts'
import { isKnownReason } from '../views/what-next.ts'

interface SweepsArguments {
  readonly state?: StateFilter
  readonly chain?: number
  readonly wallet?: Address
  readonly asset?: string
  readonly limit: number
}

/** Lists deposits with their states, newest change first. */
export async function sweeps(args: SweepsArguments, session: Session): Promise<Outcome> {
  const config = loadConfig({ need: ['database'], env: session.env })
  const names = createAssetNames(config.chains)
  if (args.state?.reason && !isKnownReason(args.state.state, args.state.reason)) {
    throw usageError(
      `no deposit is ever ${args.state.state}(${args.state.reason})`,
      'see docs/runbook.md for the reasons',
    )
  }
  const filter = {
    state: args.state?.state,
    reason: args.state?.reason,
    chainId: args.chain,
    wallet: args.wallet,
    assets: args.asset === undefined ? undefined : assetsOf(args.asset, args.chain, names),
  }
  const { total, views } = await withDatabase(config.database, (db) =>
    listDeposits(db, filter, args.limit),
  )
  // A chain that was removed from coldsweep.yaml may still have rows. A chain with neither a yaml
  // entry nor rows is a usage error.
  if (total === 0) pickChains(config.chains, args.chain)
  if (views.length < total) {
    session.note(`showing ${views.length} of ${total}: --limit shows more`)
  }
  return {
    data: views.map((view) => toDepositJson(view, names)),
    text: (paint) => describe(views, names, paint, new Date()),
  }
}

function assetsOf(symbol: string, chainId: number | undefined, names: AssetNames) {
  const assets = names.find(symbol, chainId)
  if (assets.length === 0) {
    throw usageError(
      `no configured chain lists the asset "${symbol}"`,
      'use a symbol of coldsweep.yaml or a token address',
    )
  }
  return assets
}

function describe(
  views: readonly DepositView[],
  names: AssetNames,
  paint: Paint,
  now: Date,
): string {
  if (views.length === 0) return 'no deposits match'
  const rows = views.map(({ deposit }) => {
    const { state, reason, chainId, asset } = deposit
    return [
      { text: reason ? `${state}(${reason})` : state, colour: stateColour(state) },
      formatAge(deposit.since, now),
      names.chainName(chainId),
      names.amount(chainId, asset, deposit.amount),
      deposit.id,
    ]
  })
  return formatTable(['state', 'for', 'chain', 'amount', 'deposit'], rows, paint)
}
