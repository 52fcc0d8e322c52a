import { toleranceIn } from '../../domain/chains/chain.ts'
import type { ChainReader } from '../../domain/chains/nodes/chain-reader.ts'
import type {
  BackingNote,
  QuestionedCredit,
  WalletToken,
} from '../../domain/deposits/backing-store.ts'
import { groupBy } from '../../domain/lists.ts'
import { mapConcurrently } from '../../runtime/map-concurrently.ts'
import { defaultTuning, type ScanDeps } from '../context/scan-deps.ts'
import { createAskDelta } from './ask-delta.ts'
import { judgeCredits, note } from './judge-credits.ts'
import { type LevelReading, type Place, readLevels } from './read-levels.ts'
import { createUnbackedWatch } from './unbacked-watch.ts'
import { createUnbackedWitness } from './witness-unbacked.ts'

/**
 * Decides whether final token credits are backed by balances, before the scanner confirms these
 * credits (MONEY 24).
 */
export interface BackingJudge {
  /**
   * Judges the credits at or below the final height that have no verdict yet or are unbacked. Each
   * call judges a bounded number of wallets.
   */
  judge(reader: ChainReader, cursor: Place, finalHeight: bigint): Promise<void>
  /** Whether credits can be judged now although the final height has not risen. */
  readonly isDue: boolean
  /** Set while credits cannot be judged. */
  problem(): string | undefined
}

/**
 * Largest number of balances that one pass reads for credits without a verdict. The pass reads up
 * to the same number again for unbacked credits.
 */
const walletsAtOnce = 200
/**
 * After this many failed reads of a balance there is no verdict. With the backoff between the
 * reads, this takes about a minute.
 */
const triesOfALevel = 6
const firstPauseMs = 1_000

interface Waiting {
  readonly tries: number
  readonly againAt: number
}

type JudgeDeps = Pick<
  ScanDeps,
  'chain' | 'store' | 'clock' | 'log' | 'metrics' | 'witness' | 'tuning'
>

export function createBackingJudge(deps: JudgeDeps): BackingJudge {
  const { chain, store, clock, log, metrics, witness } = deps
  const { width } = { ...defaultTuning, ...deps.tuning }
  const watch = createUnbackedWatch(deps)
  const witnessed = createUnbackedWitness(deps, witness, keyOf)
  const waiting = new Map<string, Waiting>()
  let more = false
  const now = () => clock.now().getTime()

  async function nextUnjudged(finalHeight: bigint): Promise<readonly WalletToken[]> {
    const paused = witnessed.pausedKeys()
    const limit = walletsAtOnce + waiting.size + paused.size
    const found = await store.unjudged(chain.id, finalHeight, limit)
    const known = new Set(found.map(keyOf))
    for (const key of waiting.keys()) if (!known.has(key)) waiting.delete(key)
    witnessed.keepOnly(known)
    const ready = found
      .filter((of) => !paused.has(keyOf(of)))
      .filter((of) => (waiting.get(keyOf(of))?.againAt ?? 0) <= now())
    more = ready.length > walletsAtOnce
    return ready.slice(0, walletsAtOnce)
  }

  async function judgeWallet(
    reading: Extract<LevelReading, { balance: bigint }>,
    level: Awaited<ReturnType<typeof store.levels>>[number],
    rows: readonly QuestionedCredit[],
    reader: ChainReader,
  ): Promise<readonly BackingNote[]> {
    const { of, at, balance } = reading
    const tolerance = toleranceIn(chain, of.asset)
    const askDelta = createAskDelta({ chainId: chain.id, store, reader, witness }, of, tolerance)
    waiting.delete(keyOf(of))
    return await judgeCredits(rows, { ...level, balance, number: at.number }, tolerance, askDelta)
  }

  /**
   * Handles a balance that cannot be read. The judge retries for about a minute; after that there
   * is no verdict, and the credits continue unchecked. During an outage, or while endpoints
   * disagree, the credits wait.
   */
  function unreadable(
    { of, reason, detail, isOutage }: Exclude<LevelReading, { balance: bigint }>,
    rows: readonly QuestionedCredit[],
  ): readonly BackingNote[] {
    const tries = (waiting.get(keyOf(of))?.tries ?? 0) + (isOutage ? 0 : 1)
    const first = rows.filter(({ isUnbacked }) => !isUnbacked)
    if (first.length === 0) return []
    if (tries >= triesOfALevel && reason === 'rpc-quorum') {
      waiting.delete(keyOf(of))
      metrics.count('backing_unknown', { chain: chain.name }, first.length)
      log.warn(
        { ...of, deposits: first.length, detail },
        'balance cannot be read; credits accepted unchecked',
      )
      return first.map((credit) => note(credit, 'unknown'))
    }
    const pauseMs = firstPauseMs * 2 ** Math.min(Math.max(tries - 1, 0), 5)
    waiting.set(keyOf(of), { tries, againAt: now() + pauseMs })
    const words = `the wallet's balance of ${of.asset} cannot be read (try ${tries} of ${triesOfALevel}): ${detail}`
    const doubt = { reason, detail: words }
    return first.map((credit) => ({
      ...note(credit, credit.backing),
      doubt: witnessed.doubtOf(credit.id) ?? doubt,
    }))
  }

  async function judgeAll(
    of: readonly WalletToken[],
    reader: ChainReader,
    cursor: Place,
    finalHeight: bigint,
  ): Promise<void> {
    const readings = await readLevels(of, cursor, { reader, witness, width })
    const credits = await store.questioned(chain.id, of, finalHeight)
    const rows = groupBy(credits, keyOf)
    const notes: BackingNote[] = []
    for (const at of new Set(readings.map((one) => ('at' in one ? one.at.number : undefined)))) {
      const some = readings.filter((one) => ('at' in one ? one.at.number : undefined) === at)
      const levels =
        at === undefined
          ? []
          : await store.levels(
              chain.id,
              some.map((one) => one.of),
              at,
              finalHeight,
            )
      const judged = await mapConcurrently([...some.entries()], width, async ([i, one]) => {
        const found = (rows.get(keyOf(one.of)) ?? []).filter(
          (row) => at === undefined || row.blockNumber <= at,
        )
        const level = levels[i]
        if (!('balance' in one)) return unreadable(one, found)
        return level ? await judgeWallet(one, level, found, reader) : []
      })
      notes.push(...judged.flat())
    }
    const checked = await witnessed.check(notes, credits)
    await store.noteBacking(checked)
    watch.noted(checked)
  }

  return {
    async judge(reader, cursor, finalHeight) {
      const fresh = await nextUnjudged(finalHeight)
      const again = await watch.next(walletsAtOnce)
      const known = new Set(fresh.map(keyOf))
      const of = [...fresh, ...again.filter((one) => !known.has(keyOf(one)))]
      if (of.length > 0) await judgeAll(of, reader, cursor, finalHeight)
      if (again.length > 0) await watch.report()
    },
    get isDue() {
      const isWaitOver = [...waiting.values()].some(({ againAt }) => againAt <= now())
      return more || watch.isDue || witnessed.isDue || isWaitOver
    },
    problem: witnessed.problem,
  }
}

const keyOf = ({ wallet, asset }: WalletToken) => `${wallet} ${asset}`
