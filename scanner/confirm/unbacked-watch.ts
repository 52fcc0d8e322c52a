import type { BackingNote, WalletToken } from '../../domain/deposits/backing-store.ts'
import type { ScanDeps } from '../context/scan-deps.ts'

/**
 * Decides when the balances of unbacked credits are read again, and when an operator is alerted.
 */
export interface UnbackedWatch {
  /** Call it after verdicts were stored. A new unbacked credit shortens the interval. */
  noted(notes: readonly BackingNote[]): void
  /**
   * Returns the wallets whose balances must be read again now, at most `limit`. Returns no wallet
   * until the next round is due.
   */
  next(limit: number): Promise<readonly WalletToken[]>
  readonly isDue: boolean
  /** Sets the gauges and raises one alarm per asset. */
  report(): Promise<void>
}

const firstPauseMs = 1_000
const longestPauseMs = 30_000
/**
 * Interval after the alarm. After the alarm, only an operator or a change in the token's contract
 * is likely to change the result.
 */
const slowPauseMs = 120_000
/**
 * Interval while no unbacked credit is known. The rows are still read, because `rescan` may have
 * stored unbacked credits in another process.
 */
const lookAgainMs = 60_000
/**
 * New unbacked credits shorten the interval at most once in this time, so that a flood of credits
 * causes no flood of requests.
 */
const restartMs = 60_000
export const unbackedAlarmMs = 600_000

export function createUnbackedWatch({
  chain,
  store,
  clock,
  log,
  metrics,
  tuning,
}: Pick<ScanDeps, 'chain' | 'store' | 'clock' | 'log' | 'metrics' | 'tuning'>): UnbackedWatch {
  const alarmMs = tuning?.unbackedAlarmMs ?? unbackedAlarmMs
  const alarmed = new Set<string>()
  const seen = new Set<string>()
  const now = () => clock.now().getTime()
  let last: WalletToken | undefined
  let hasSome = false
  let pauseMs = firstPauseMs
  let restartedAt = Number.NEGATIVE_INFINITY
  /** The first round is due at once when a process starts. */
  let againAt = Number.NEGATIVE_INFINITY

  return {
    noted(notes) {
      if (!notes.some(({ doubt }) => doubt?.reason === 'unbacked')) return
      const wasIdle = !hasSome
      hasSome = true
      if (!wasIdle && now() - restartedAt < restartMs) return
      restartedAt = now()
      pauseMs = firstPauseMs
      againAt = now() + pauseMs
    },
    async next(limit) {
      if (now() < againAt) return []
      let found = await store.unbacked(chain.id, last, limit)
      // A round over all wallets is complete, so the next round begins.
      if (found.length === 0 && last) found = await store.unbacked(chain.id, undefined, limit)
      last = found.length < limit ? undefined : found.at(-1)
      hasSome = found.length > 0
      pauseMs = Math.min(pauseMs * 2, alarmed.size > 0 ? slowPauseMs : longestPauseMs)
      againAt = now() + (hasSome ? pauseMs : lookAgainMs)
      if (!hasSome) await this.report()
      return found
    },
    get isDue() {
      return hasSome && now() >= againAt
    },
    async report() {
      const assets = await store.unbackedAssets(chain.id)
      for (const { asset, deposits, amount, since } of assets) {
        const labels = { chain: chain.name, asset: symbolOf(asset) }
        metrics.gauge('unbacked_deposits', labels, deposits)
        seen.add(asset)
        if (alarmed.has(asset) || now() - since.getTime() < alarmMs) continue
        alarmed.add(asset)
        metrics.count('unbacked_alarms', labels)
        log.error(
          { asset, symbol: symbolOf(asset), deposits, amount, since },
          'token credits are not backed by balances: approve or skip them (coldsweep sweeps --state "confirming(unbacked)")',
        )
      }
      for (const asset of seen) {
        if (assets.some((one) => one.asset === asset)) continue
        metrics.gauge('unbacked_deposits', { chain: chain.name, asset: symbolOf(asset) }, 0)
        seen.delete(asset)
        alarmed.delete(asset)
      }
    },
  }

  function symbolOf(asset: string): string {
    return chain.tokens.find(({ id }) => id === asset)?.symbol ?? asset
  }
}
