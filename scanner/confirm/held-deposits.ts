import type { ScanDeps } from '../context/scan-deps.ts'
import type { Doubt } from './witness-deposit.ts'

/**
 * Keeps a list of the deposits that endpoints contradict, or that too few endpoints confirm. The
 * endpoints are asked again about each of these deposits, with backoff.
 */
export interface HeldDeposits {
  /**
   * Adds a deposit, or lengthens its backoff.
   * @returns whether the reason is new. A new reason is logged and counted, and the caller stores
   * the reason.
   */
  hold(id: string, doubt: Doubt): boolean
  release(id: string): void
  /** Forgets all deposits that `isKept` rejects. */
  keepOnly(isKept: (id: string) => boolean): void
  doubtOf(id: string): Doubt | undefined
  /** Whether the deposit's backoff has not passed yet. */
  isPaused(id: string): boolean
  pausedIds(): readonly string[]
  /** Whether the backoff of a deposit has passed. */
  readonly isDue: boolean
  problem(): string | undefined
}

const firstPauseMs = 1_000
const longestPauseMs = 30_000

interface Held {
  readonly doubt: Doubt
  readonly pauseMs: number
  readonly againAt: number
}

export function createHeldDeposits({
  chain,
  clock,
  log,
  metrics,
}: Pick<ScanDeps, 'chain' | 'clock' | 'log' | 'metrics'>): HeldDeposits {
  const held = new Map<string, Held>()
  const now = () => clock.now().getTime()
  const isPaused = (id: string) => (held.get(id)?.againAt ?? 0) > now()

  return {
    hold(id, doubt) {
      const known = held.get(id)
      const pauseMs = known ? Math.min(known.pauseMs * 2, longestPauseMs) : firstPauseMs
      held.set(id, { doubt, pauseMs, againAt: now() + pauseMs })
      if (known?.doubt.reason === doubt.reason) return false
      const fields = { deposit: id, ...doubt }
      metrics.count('deposits_doubted', { chain: chain.name, reason: doubt.reason })
      if (doubt.reason === 'rpc-quorum') log.warn(fields, 'deposit not handed over yet')
      else log.error(fields, 'deposit not handed over; one node contradicts the others')
      return true
    },
    release: (id) => void held.delete(id),
    keepOnly(isKept) {
      for (const id of held.keys()) if (!isKept(id)) held.delete(id)
    },
    doubtOf: (id) => held.get(id)?.doubt,
    isPaused,
    pausedIds: () => [...held.keys()].filter(isPaused),
    get isDue() {
      return [...held.values()].some(({ againAt }) => againAt <= now())
    },
    problem() {
      const [first] = held.values()
      return first && `${held.size} deposits are not handed over: ${first.doubt.detail}`
    },
  }
}
