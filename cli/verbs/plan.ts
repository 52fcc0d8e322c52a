import { createTransferGasStore } from '../../adapters/drizzle/chains/transfer-gas-store.ts'
import type { Queries } from '../../adapters/drizzle/queries.ts'
import { createDryRun, createPlanRows } from '../../adapters/drizzle/sweeps/plan-rows.ts'
import { loadConfig } from '../../config/load-config.ts'
import type { ChainConfig } from '../../config/schema/config.ts'
import type { WalletTable } from '../../domain/scan/explain-rows.ts'
import { dryPlan } from '../../operations/plan/dry-plan.ts'
import {
  type PlanAction,
  type PlanItem,
  storedPlan,
  withVerdict,
} from '../../operations/plan/stored-plan.ts'
import { type AssetNames, createAssetNames } from '../../operations/views/asset-names.ts'
import { formatAge, formatTable } from '../render/table.ts'
import { chainStateOf } from '../session/chain-state-of.ts'
import { explainError } from '../session/explain-error.ts'
import { withExplainPorts } from '../session/explain-ports.ts'
import { exitCodes, type Outcome, type ReportedError, type Session } from '../session/outcome.ts'
import type { Colour, Paint } from '../session/paint.ts'
import { pickChains } from '../session/pick-chains.ts'
import { withDatabase } from '../session/with-database.ts'

interface PlanArguments {
  readonly chain?: number
  readonly now?: boolean
}

/**
 * Shows for every wallet and asset with money that no sweep covers what its last plan decided. With
 * `now` it reads the chains and shows what the next plan would decide. Signs and writes nothing.
 */
export async function plan(args: PlanArguments, session: Session): Promise<Outcome> {
  const config = loadConfig({ need: ['database'], env: session.env })
  const names = createAssetNames(config.chains)
  return await withDatabase(config.database, async (db) => {
    const rows = await createPlanRows(db).open(args.chain)
    // A chain without an entry in coldsweep.yaml may still have rows.
    if (rows.length === 0) pickChains(config.chains, args.chain)
    const stored = storedPlan(rows, names)
    if (!args.now) return { data: stored, text: (paint) => describe(stored, paint, new Date()) }
    const { items, errors } = await withExplainPorts(db, session.env, ({ table }) =>
      planNow(stored, config.chains, { db, table, names }),
    )
    for (const { message } of errors) session.note(message)
    return {
      data: items,
      text: (paint) => describe(items, paint, new Date()),
      errors,
      exitCode: errors.length > 0 ? exitCodes.unavailable : exitCodes.ok,
    }
  })
}

interface NowPorts {
  readonly db: Queries
  readonly table: WalletTable
  readonly names: AssetNames
}

/** Replaces stored verdicts by verdicts of now. An unreadable item keeps its stored verdict. */
async function planNow(
  stored: readonly PlanItem[],
  chains: readonly ChainConfig[],
  { db, table, names }: NowPorts,
) {
  const dry = createDryRun(db)
  const transferGas = createTransferGasStore(db)
  const states = new Map(chains.map((chain) => [chain.id, chainStateOf(chain)]))
  const items: PlanItem[] = []
  const errors: ReportedError[] = []
  for (const item of stored) {
    const chain = chains.find(({ id }) => id === item.chainId)
    const state = states.get(item.chainId)
    try {
      const ports = chain && state && { chain, state, dry, table, transferGas }
      const verdict = ports && (await dryPlan(item.depositId, ports))
      const asset = (await dry.deposit(item.depositId))?.asset
      items.push(verdict && asset ? withVerdict(item, verdict, asset, names) : item)
    } catch (error) {
      const [first] = explainError(error).errors
      if (!first) throw error
      errors.push({ ...first, message: `${item.depositId}: ${first.message}` })
      items.push(item)
    }
  }
  return { items, errors }
}

const colours: Readonly<Record<PlanAction, Colour>> = {
  sweep: 'green',
  wait: 'cyan',
  hold: 'yellow',
  ignore: 'grey',
}

function describe(items: readonly PlanItem[], paint: Paint, now: Date): string {
  if (items.length === 0) return 'no wallet has money that no sweep covers'
  const rows = items.map((item) => [
    { text: item.action, colour: colours[item.action] },
    item.chain,
    item.text,
    item.gasText === null
      ? ''
      : `${item.gasText}${item.sharePercent === null ? '' : ` (${item.sharePercent} %)`}`,
    item.wallet,
    item.state,
    formatAge(new Date(item.since), now),
    `${item.detail === '' ? item.next : item.detail}${item.keyChecked === false ? ' (key not checked: CENTRAL_DATABASE_URL is not set)' : ''}`,
  ])
  return formatTable(
    ['plan', 'chain', 'amount', 'gas at most', 'wallet', 'state', 'for', 'why'],
    rows,
    paint,
  )
}
