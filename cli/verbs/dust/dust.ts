import { createTransferGasStore } from '../../../adapters/drizzle/chains/transfer-gas-store.ts'
import { createDustRows } from '../../../adapters/drizzle/dust/dust-rows.ts'
import type { Queries } from '../../../adapters/drizzle/queries.ts'
import { loadConfig } from '../../../config/load-config.ts'
import type { ChainConfig } from '../../../config/schema/config.ts'
import { findAsset } from '../../../domain/chains/chain.ts'
import type { DustWallet } from '../../../domain/sweeps/dust-rows.ts'
import { type DustTotal, dustTotal, groupDust } from '../../../operations/dust/dust-report.ts'
import { type CostNow, sweepCostNow } from '../../../operations/dust/sweep-cost.ts'
import { type AssetNames, createAssetNames } from '../../../operations/views/asset-names.ts'
import { formatAge, formatTable } from '../../render/table.ts'
import { chainStateOf } from '../../session/chain-state-of.ts'
import { usageError } from '../../session/cli-error.ts'
import { explainError } from '../../session/explain-error.ts'
import { exitCodes, type Outcome, type ReportedError, type Session } from '../../session/outcome.ts'
import type { Paint } from '../../session/paint.ts'
import { pickChains } from '../../session/pick-chains.ts'
import { withDatabase } from '../../session/with-database.ts'

interface DustArguments {
  readonly chain?: number
  readonly asset?: string
  readonly now?: boolean
}

/**
 * Sums the dust in wallets by chain and asset, from the rows alone. With `now` it reads the chains
 * and adds what sweeping the dust would cost. Writes nothing.
 */
export async function dust(args: DustArguments, session: Session): Promise<Outcome> {
  const config = loadConfig({ need: ['database'], env: session.env })
  const names = createAssetNames(config.chains)
  return await withDatabase(config.database, async (db) => {
    const all = await createDustRows(db).wallets({ chainId: args.chain })
    // A chain without an entry in coldsweep.yaml may still have rows.
    if (all.length === 0) pickChains(config.chains, args.chain)
    const groups = groupDust(ofAsset(all, args, names))
    const errors: ReportedError[] = []
    const totals: DustTotal[] = []
    for (const [first, ...others] of groups) {
      if (!first) continue
      const chain = config.chains.find(({ id }) => id === first.chainId)
      const rows = [first, ...others] as const
      const cost = args.now ? await costOf(rows, chain, db, errors) : undefined
      totals.push(dustTotal(rows, chain, names, cost))
    }
    for (const { message } of errors) session.note(message)
    return {
      data: totals,
      text: (paint) => describe(totals, paint, session.self, args.now === true),
      errors,
      exitCode: errors.length > 0 ? exitCodes.unavailable : exitCodes.ok,
    }
  })
}

function ofAsset(
  rows: readonly DustWallet[],
  { asset, chain }: DustArguments,
  names: AssetNames,
): readonly DustWallet[] {
  if (asset === undefined) return rows
  const wanted = names.find(asset, chain)
  if (wanted.length === 0)
    throw usageError(
      `no configured chain lists an asset ${asset}`,
      'name a symbol of coldsweep.yaml, or a token address',
    )
  return rows.filter((row) =>
    wanted.some(({ chainId, id }) => chainId === row.chainId && id === row.asset),
  )
}

async function costOf(
  rows: readonly [DustWallet, ...DustWallet[]],
  chain: ChainConfig | undefined,
  db: Queries,
  errors: ReportedError[],
): Promise<CostNow> {
  const asset = chain && findAsset(chain, rows[0].asset)
  if (!chain || !asset) return { kind: 'unknown', why: 'it is no longer listed' }
  try {
    const transferGas = createTransferGasStore(db)
    return await sweepCostNow(asset, rows, { chain, state: chainStateOf(chain), transferGas })
  } catch (error) {
    const [first] = explainError(error).errors
    if (!first) throw error
    errors.push({ ...first, message: `${chain.name} ${asset.symbol}: ${first.message}` })
    return { kind: 'unknown', why: first.message }
  }
}

function describe(
  totals: readonly DustTotal[],
  paint: Paint,
  self: string,
  isNow: boolean,
): string {
  if (totals.length === 0) return 'no wallet has dust'
  const now = new Date()
  const heads = ['chain', 'dust', 'wallets', 'deposits', 'minimum', 'since']
  const costHeads = ['a sweep costs at most', 'all of them', 'worth it']
  const rows = totals.map((it) => [
    it.chain,
    it.text,
    it.underWay > 0 ? `${it.wallets} (${it.underWay} under way)` : String(it.wallets),
    String(it.deposits),
    it.minText ?? 'not listed',
    formatAge(new Date(it.since), now),
    ...(isNow ? costCells(it) : []),
  ])
  const [first] = totals
  const next = isNow
    ? `dry run for each wallet: ${self} sweep-dust --chain ${first?.chainId} --asset ${first?.symbol}`
    : `what sweeping it costs now: ${self} dust --now`
  return `${formatTable(isNow ? [...heads, ...costHeads] : heads, rows, paint)}\n\n${next}`
}

function costCells({ cost, costUnknown }: DustTotal): readonly string[] {
  if (!cost) return [costUnknown ?? '', '', '']
  const { worth } = cost
  return [
    cost.perWalletText,
    `${cost.totalText} for ${cost.wallets}`,
    worth === null
      ? 'no price is known: compare the cost with the amount'
      : worth.wallets === 0
        ? 'none'
        : `${worth.wallets} wallets: ${worth.arrivesText} for ${worth.costText}`,
  ]
}
