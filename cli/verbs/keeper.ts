import { readKeeperView } from '../../adapters/drizzle/keeper/keeper-view.ts'
import { loadConfig } from '../../config/load-config.ts'
import type { ChainConfig } from '../../config/schema/config.ts'
import type { Address } from '../../domain/address.ts'
import { formatUnits } from '../../domain/amount.ts'
import type { KeeperView } from '../../domain/keeper/keeper-view.ts'
import {
  type KeeperBalance,
  type KeeperJson,
  toKeeperJson,
} from '../../operations/views/keeper-json.ts'
import { type Cell, formatAge, formatPairs } from '../render/table.ts'
import { chainStateOf } from '../session/chain-state-of.ts'
import { explainError } from '../session/explain-error.ts'
import { exitCodes, type Outcome, type ReportedError, type Session } from '../session/outcome.ts'
import type { Colour, Paint } from '../session/paint.ts'
import { pickChains } from '../session/pick-chains.ts'
import { withDatabase } from '../session/with-database.ts'

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
  const views = await withDatabase(config.database, async (db) => {
    const found: KeeperView[] = []
    for (const { id, gasKeeper } of chains)
      found.push(await readKeeperView(db, id, gasKeeper.address))
    return found
  })
  const balances = await Promise.all(
    chains.map((chain, index) =>
      readBalance(
        chain,
        (views[index]?.others ?? []).map(({ address }) => address),
      ),
    ),
  )
  const keepers = chains.flatMap((chain, index): KeeperJson[] => {
    const view = views[index]
    return view ? [toKeeperJson(chain, view, balances[index]?.balance)] : []
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
  others: readonly Address[],
): Promise<{ readonly balance?: KeeperBalance; readonly unread?: ReportedError }> {
  const state = chainStateOf(chain)
  try {
    const { number, hash } = await state.head()
    const [wei, quote] = await Promise.all([
      state.nativeBalance(chain.gasKeeper.address, hash),
      state.feeQuote(),
    ])
    const rests = await Promise.all(others.map((other) => state.nativeBalance(other, hash)))
    const ofOthers = new Map(others.map((other, index) => [other as string, rests[index] ?? 0n]))
    const { gasPriceWei } = quote
    return { balance: { wei, block: number, gasPriceWei, others: ofOthers } }
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
  const pairs: (readonly [string, Cell])[] = [
    ['keeper', `${it.address} on ${it.chain}`],
    ['level', describeLevel(it, watchSeconds)],
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

/**
 * Formats the keeper's last check by the schedule keeperWatch. An overdue check is shown in red,
 * because a stopped worker raises no alarm.
 */
function lastWatch({ lastWatch: watch }: KeeperJson, everySeconds: number, now: Date): Cell {
  if (watch === null) return 'not yet for this keeper'
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
    ...it.others.map((other) => [other.state, describeOther(it, other)] as const),
  ]
}

const otherColours: Readonly<Partial<Record<string, Colour>>> = {
  active: 'red',
  retired: 'yellow',
  closed: 'grey',
}

/** One line of a keeper that is not configured now: address, balance, transactions, next step. */
function describeOther(it: KeeperJson, other: KeeperJson['others'][number]): Cell {
  const balance =
    other.balance === null
      ? 'balance unknown'
      : `${formatUnits(BigInt(other.balance), 18)} ${it.asset}`
  const external =
    other.foreignTransactions === 0 ? '' : `, ${other.foreignTransactions} external transactions`
  const text = `${other.address}: ${balance}, ${other.inFlight} live${external}; next: ${other.next}`
  const colour = otherColours[other.state]
  return colour ? { text, colour } : text
}

/**
 * The level now. The last watch may have read another level: it says so here, so that the two lines
 * do not contradict each other.
 */
function describeLevel({ level, lastWatch: watch }: KeeperJson, everySeconds: number): Cell {
  const now = level ?? 'unknown'
  const changed = watch !== null && level !== null && watch.level !== level
  const text = changed
    ? `${now} (read now; it was ${watch.level} at the last watch, which repeats every ${everySeconds} s)`
    : now
  return { text, colour: levelColours[now] ?? 'grey' }
}
