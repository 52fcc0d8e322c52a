import { readKeeperView } from '../../adapters/drizzle/keeper/keeper-view.ts'
import { loadConfig } from '../../config/load-config.ts'
import type { ChainConfig } from '../../config/schema/config.ts'
import { formatUnits } from '../../domain/amount.ts'
import { type Cell, formatAge, formatPairs } from '../render/table.ts'
import { chainStateOf } from '../session/chain-state-of.ts'
import { explainError } from '../session/explain-error.ts'
import { exitCodes, type Outcome, type ReportedError, type Session } from '../session/outcome.ts'
import type { Colour, Paint } from '../session/paint.ts'
import { pickChains } from '../session/pick-chains.ts'
import { withDatabase } from '../session/with-database.ts'
import { type KeeperBalance, type KeeperJson, toKeeperJson } from '../views/keeper-json.ts'

/**
 * Shows the keeper of each chain. A chain without a reachable node is shown without its balance,
 * with exit code 75.
 */
export async function keeper(
  args: { readonly chain?: number },
  session: Session,
): Promise<Outcome> {
  const config = loadConfig({ need: ['database'], env: session.env })
  const chains = pickChains(config.chains, args.chain)
  const watchSeconds = config.timers.keeperWatchSeconds
  const balances = await Promise.all(chains.map(readBalance))
  const keepers = await withDatabase(config.database, async (db) => {
    const rows: KeeperJson[] = []
    for (const [index, chain] of chains.entries()) {
      const view = await readKeeperView(db, chain.id, chain.gasKeeper.address)
      rows.push(toKeeperJson(chain, view, balances[index]?.balance))
    }
    return rows
  })
  const errors = balances.flatMap(({ unread }) => (unread ? [unread] : []))
  for (const unread of errors) session.note(unread.message)
  return {
    data: keepers,
    text: (paint) =>
      keepers.map((it) => describe(it, watchSeconds, paint, new Date())).join('\n\n'),
    errors,
    exitCode: errors.length > 0 ? exitCodes.unavailable : exitCodes.ok,
  }
}

async function readBalance(
  chain: ChainConfig,
): Promise<{ readonly balance?: KeeperBalance; readonly unread?: ReportedError }> {
  const state = chainStateOf(chain)
  try {
    const { number, hash } = await state.head()
    const [wei, quote] = await Promise.all([
      state.nativeBalance(chain.gasKeeper.address, hash),
      state.feeQuote(),
    ])
    return { balance: { wei, block: number, gasPriceWei: quote.gasPriceWei } }
  } catch (error) {
    const [unread] = explainError(error).errors
    if (!unread) throw error
    return { unread: { ...unread, message: `${chain.name}: ${unread.message}` } }
  }
}

const levelColours: Readonly<Record<string, Colour>> = { ok: 'green', low: 'yellow', empty: 'red' }

function describe(it: KeeperJson, watchSeconds: number, paint: Paint, now: Date): string {
  const coins = (digits: string | null) =>
    digits === null ? 'unknown: no node answers' : `${formatUnits(BigInt(digits), 18)} ${it.asset}`
  const level = it.level ?? 'unknown'
  const pairs: (readonly [string, Cell])[] = [
    ['keeper', `${it.address} on ${it.chain}`],
    ['level', { text: level, colour: levelColours[level] ?? 'grey' }],
    ['balance', coins(it.balance)],
    ['uncommitted', `${coins(it.uncommitted)} (alert below ${coins(it.alertBelow)})`],
    ['in flight', `${it.inFlight} of ${it.maxInFlight}`],
    ['next nonce', it.nextNonce === null ? 'none used yet' : String(it.nextNonce)],
    ['waiting', `${it.waiting.keeperLow} keeper-low, ${it.waiting.laneFull} lane-full`],
    ['last watch', lastWatch(it, watchSeconds, now)],
    ...it.refills.map((refill): readonly [string, Cell] => [
      'refill',
      `${coins(refill.amount)} in block ${refill.blockNumber}, ${refill.txHash}`,
    ]),
    ...alarms(it),
  ]
  return formatPairs(pairs, paint)
}

/** A stopped worker raises no alarm, so an overdue keeper watch is shown here. */
function lastWatch({ lastWatch: watch }: KeeperJson, everySeconds: number, now: Date): Cell {
  if (watch === null) return 'never'
  const looked = new Date(watch.lookedAt)
  const text = `${formatAge(looked, now)} ago: ${watch.level}, for ${formatAge(new Date(watch.since), now)} now`
  const isLate = now.getTime() - looked.getTime() > (everySeconds * 3 + 60) * 1000
  return isLate
    ? { text: `${text}. The keeper is no longer watched: is a worker up?`, colour: 'red' }
    : text
}

function alarms(it: KeeperJson): (readonly [string, Cell])[] {
  const external = `${it.foreignTransactions} transactions were not signed by coldsweep: who else holds the keeper’s key?`
  const paused = `${it.chainPaused}: nothing new is planned or signed`
  return [
    ...(it.chainPaused === null
      ? []
      : [['chain paused', { text: paused, colour: 'yellow' }] as const]),
    ...(it.laneClosed === null
      ? []
      : [['lane closed', { text: it.laneClosed, colour: 'red' }] as const]),
    ...(it.foreignTransactions === 0
      ? []
      : [['external', { text: external, colour: 'red' }] as const]),
    ...(it.retired.length === 0 ? [] : [['retired', it.retired.join(', ')] as const]),
  ]
}
