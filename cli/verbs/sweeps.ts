import { listDeposits } from '../../adapters/drizzle/deposits/find-deposits.ts'
import { toEip55 } from '../../adapters/viem/to-eip55.ts'
import { loadConfig } from '../../config/load-config.ts'
import type { Address } from '../../domain/address.ts'
import type { DepositView } from '../../domain/deposits/deposit-view.ts'
import { type AssetNames, createAssetNames } from '../../operations/views/asset-names.ts'
import { toDepositJson } from '../../operations/views/deposit-json.ts'
import { isKnownReason } from '../../operations/views/what-next.ts'
import { whyQueued, withCauses } from '../../operations/views/why-queued.ts'
import { formatAge, formatTable, stateColour } from '../render/table.ts'
import type { StateFilter } from '../session/arguments.ts'
import { askQueued } from '../session/ask-queued.ts'
import { usageError } from '../session/cli-error.ts'
import type { Outcome, Session } from '../session/outcome.ts'
import type { Paint } from '../session/paint.ts'
import { pickChains } from '../session/pick-chains.ts'
import { watchView } from '../session/watch.ts'
import { withDatabase } from '../session/with-database.ts'

interface SweepsArguments {
  readonly state?: StateFilter
  readonly chain?: number
  readonly wallet?: Address
  readonly asset?: string
  readonly limit: number
  /** Seconds between two views. `true`: the default. */
  readonly watch?: number | true
}

const watchSeconds = 5

/** Lists deposits with their states, newest change first. */
export async function sweeps(args: SweepsArguments, session: Session): Promise<Outcome> {
  const { watch } = args
  if (watch === undefined) return await list(args, session)
  const seconds = watch === true ? watchSeconds : watch
  return await watchView(seconds, session, () => list(args, session))
}

async function list(args: SweepsArguments, session: Session): Promise<Outcome> {
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
  const isQueued = ({ deposit }: DepositView) =>
    deposit.state === 'waiting' && deposit.reason === 'queued'
  const causes = views.some(isQueued)
    ? whyQueued(await askQueued(session.env, config.database))
    : []
  return {
    data: views.map((view) => withCauses(toDepositJson(view, names), isQueued(view) ? causes : [])),
    text: (paint) => {
      const table = describe(views, names, paint, new Date())
      return [table, ...causes.map((cause) => `waiting(queued): ${cause}`)].join('\n')
    },
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
    const { state, reason, chainId, asset, wallet } = deposit
    return [
      { text: reason ? `${state}(${reason})` : state, colour: stateColour(state) },
      formatAge(deposit.since, now),
      names.chainName(chainId),
      names.amount(chainId, asset, deposit.amount),
      toEip55(wallet),
      deposit.id,
    ]
  })
  return formatTable(['state', 'for', 'chain', 'amount', 'wallet', 'deposit'], rows, paint)
}
