import { createTransferGasStore } from '../../../adapters/drizzle/chains/transfer-gas-store.ts'
import { createDustRows } from '../../../adapters/drizzle/dust/dust-rows.ts'
import { createKeeperStore } from '../../../adapters/drizzle/keeper/keeper-store.ts'
import type { Queries } from '../../../adapters/drizzle/queries.ts'
import { createDustOrders } from '../../../adapters/drizzle/sweeps/dust-orders.ts'
import { createDustDryRun } from '../../../adapters/drizzle/sweeps/plan-rows.ts'
import { loadConfig } from '../../../config/load-config.ts'
import type { ChainConfig } from '../../../config/schema/config.ts'
import type { Address } from '../../../domain/address.ts'
import { largerOf, parseUnits } from '../../../domain/amount.ts'
import type { ListedAsset } from '../../../domain/chains/asset.ts'
import { committedWei } from '../../../domain/keeper/keeper-capacity.ts'
import type { WalletTable } from '../../../domain/scan/explain-rows.ts'
import type { DustLimits } from '../../../domain/sweeps/dust-order.ts'
import type { DustWallet } from '../../../domain/sweeps/dust-rows.ts'
import { defaultFactor } from '../../../operations/dust/dust-report.ts'
import { type DustVerdict, judgeDust, withinKeeper } from '../../../operations/dust/judge-dust.ts'
import { dryPlan } from '../../../operations/plan/dry-plan.ts'
import { createAssetNames } from '../../../operations/views/asset-names.ts'
import { mapConcurrently } from '../../../runtime/map-concurrently.ts'
import { describeDustOrder, toDustOrderJson } from '../../render/describe-dust-order.ts'
import { chainStateOf } from '../../session/chain-state-of.ts'
import { notFound, refused, usageError } from '../../session/cli-error.ts'
import { explainError } from '../../session/explain-error.ts'
import { withExplainPorts } from '../../session/explain-ports.ts'
import { exitCodes, type Outcome, type ReportedError, type Session } from '../../session/outcome.ts'
import { pickAsset, pickChains } from '../../session/pick-chains.ts'
import { withDatabase } from '../../session/with-database.ts'

interface SweepDustArguments {
  readonly chain: number
  readonly asset: string
  readonly wallet?: Address
  readonly min?: string
  readonly maxCost?: string
  readonly factor?: number
  readonly order?: boolean
  readonly dryRun?: boolean
  readonly operator?: string
  readonly reason?: string
}

const walletsAtOnce = 8
/** Room for a rising gas price between the dry run and the plan, as a multiple of its costs. */
const costRoom = 2n
const noLimit = 2n ** 200n

/**
 * Shows for each wallet with dust what its sweep would bring and cost. With `order` it stores an
 * audited order by which the workers sweep the dust that is worth it (MONEY 15). Signs nothing.
 */
export async function sweepDust(args: SweepDustArguments, session: Session): Promise<Outcome> {
  const config = loadConfig({ need: ['database'], env: session.env })
  const [chain] = pickChains(config.chains, args.chain)
  if (!chain) throw usageError('coldsweep.yaml has no chain', 'add the chain to coldsweep.yaml')
  const asset = pickAsset(chain, args.asset)
  const limits = limitsOf(args, chain, asset)
  const order = orderOf(args, asset)
  const names = createAssetNames(config.chains)
  return await withDatabase(config.database, async (db) => {
    const errors: ReportedError[] = []
    const judged = await judgeAll(args, { db, chain, asset, limits, session, errors })
    const keeperWei = await keeperBalance(chain, db)
    const spareWei = keeperWei === undefined ? undefined : keeperWei - chain.gasKeeper.alertBelowWei
    const found = withinKeeper(judged, spareWei, chain.native)
    const sweeps = found.flatMap((it) => (it.action === 'sweep' ? [it] : []))
    const dearest = sweeps.map(({ costWei }) => costWei).reduce(largerOf, 0n)
    const maxCostWei = args.maxCost === undefined ? dearest * costRoom : limits.maxCostWei
    const wallets = sweeps.map(({ row }) => row)
    const stored =
      order && wallets.length > 0
        ? await createDustOrders(db).order(
            { chain, limits: { ...limits, maxCostWei }, wallets },
            order,
          )
        : undefined
    const data = toDustOrderJson(
      { chain, asset, limits: { ...limits, maxCostWei }, verdicts: found, stored, keeperWei },
      { names, dryRun: order === undefined },
    )
    const isRefused = order && args.wallet && found.every(({ action }) => action === 'leave')
    if (isRefused && errors.length === 0) throw refused(whyOf(found), 'nothing was changed')
    for (const { message } of errors) session.note(message)
    return {
      data,
      text: (paint) => describeDustOrder(data, paint, session.self),
      errors,
      exitCode: errors.length > 0 ? exitCodes.unavailable : exitCodes.ok,
    }
  })
}

function limitsOf(args: SweepDustArguments, chain: ChainConfig, asset: ListedAsset): DustLimits {
  const isNative = asset.id === 'native'
  if (args.factor !== undefined && !isNative)
    throw usageError(
      '--factor is for native coin: coldsweep knows no price of a token',
      'name the smallest amount that is worth its cost: --min <amount>',
    )
  return {
    minAmount: amountOf('--min', args.min, asset) ?? 1n,
    maxCostWei: amountOf('--max-cost', args.maxCost, chain.native) ?? noLimit,
    factor: isNative ? (args.factor ?? defaultFactor) : 0,
  }
}

function amountOf(option: string, text: string | undefined, asset: ListedAsset) {
  if (text === undefined) return undefined
  try {
    return parseUnits(text, asset.decimals)
  } catch (error) {
    throw usageError(
      `${option}: ${(error as Error).message}`,
      `write an amount of ${asset.symbol}, such as 0.5`,
    )
  }
}

/** The signed order; undefined for a dry run. */
function orderOf({ order, dryRun, operator, reason, min }: SweepDustArguments, asset: ListedAsset) {
  if (!order) return undefined
  if (dryRun)
    throw usageError('--order and --dry-run exclude each other', 'a dry run is the default')
  if (operator === undefined || reason === undefined)
    throw usageError(
      `the option --${operator === undefined ? 'operator' : 'reason'} is missing`,
      'an order is recorded: add --operator <name> and --reason <text>',
    )
  if (asset.id !== 'native' && min === undefined)
    throw usageError(
      'the option --min is missing: coldsweep knows no price of a token',
      'name the smallest amount that is worth its cost, as the dry run shows both: --min <amount>',
    )
  return { operator, reason }
}

interface Judged {
  readonly db: Queries
  readonly chain: ChainConfig
  readonly asset: ListedAsset
  readonly limits: DustLimits
  readonly session: Session
  readonly errors: ReportedError[]
}

async function judgeAll(
  { wallet }: SweepDustArguments,
  { db, chain, asset, limits, session, errors }: Judged,
): Promise<readonly DustVerdict[]> {
  const rows = await createDustRows(db).wallets({ chainId: chain.id, asset: asset.id, wallet })
  const open = await createDustOrders(db).open(chain.id, asset.id)
  const already = open
    .filter((it) => wallet === undefined || it.wallet === wallet)
    .map(({ depositId, orderId, ...it }): DustVerdict => {
      const rest = rows.find((row) => row.wallet === it.wallet)
      const row = rest ?? emptyRow(chain.id, asset, it.wallet, depositId)
      return { action: 'already', row, why: `order ${orderId}: see "coldsweep sweep ${depositId}"` }
    })
  if (wallet !== undefined && rows.length === 0 && already.length === 0)
    throw notFound(`${wallet} has no dust of ${asset.symbol}`, 'see "coldsweep dust"')
  const others = rows.filter((row) => !open.some((it) => it.wallet === row.wallet))
  const state = chainStateOf(chain)
  const ports = {
    chain,
    state,
    dry: createDustDryRun(db, limits),
    transferGas: createTransferGasStore(db),
  }
  const judge = async (row: DustWallet, table: WalletTable): Promise<DustVerdict> => {
    if (row.underWay > 0)
      return {
        action: 'leave',
        row,
        why: 'another deposit of it is not finished; its sweep takes it',
      }
    try {
      const plan = await dryPlan(row.depositId, { ...ports, table })
      return judgeDust(row, plan, limits, chain, asset)
    } catch (error) {
      const [first] = explainError(error).errors
      if (!first) throw error
      errors.push({ ...first, message: `${row.depositId}: ${first.message}` })
      return { action: 'leave', row, why: first.message }
    }
  }
  const judged = await withExplainPorts(db, session.env, ({ table }) =>
    mapConcurrently(others, walletsAtOnce, (row) => judge(row, table)),
  )
  return [...judged, ...already]
}

/** The row of a wallet whose only dust is ordered already. */
function emptyRow(
  chainId: number,
  asset: ListedAsset,
  wallet: Address,
  depositId: string,
): DustWallet {
  const none = { deposits: 0, amount: 0n, underWay: 1, leftByOperators: 0n, since: new Date() }
  return { chainId, wallet, asset: asset.id, depositId, ...none }
}

/** The keeper's uncommitted balance (MONEY 7); undefined while no node answers. */
async function keeperBalance(chain: ChainConfig, db: Queries): Promise<bigint | undefined> {
  const state = chainStateOf(chain)
  const { address } = chain.gasKeeper
  const live = await createKeeperStore(db).live(chain.id, address)
  return await state
    .head()
    .then(async ({ hash, number }) => {
      const balanceWei = await state.nativeBalance(address, hash)
      return balanceWei - committedWei(live, number)
    })
    .catch(() => undefined)
}

const whyOf = (found: readonly DustVerdict[]) =>
  found.map((it) => ('why' in it ? it.why : '')).join('; ')
