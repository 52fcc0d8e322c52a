import type { SeenDeposit } from '../domain/deposit.ts'
import { mapBounded } from '../domain/map-bounded.ts'
import type { DepositWitness } from '../domain/ports/deposit-witness.ts'
import type { JudgedFinal } from '../domain/ports/scan-store.ts'
import type { ScanDeps } from './scan-deps.ts'
import { type Doubt, doubtAbout } from './witness-deposit.ts'

/** Hands on what enough nodes say the same about; the rest stays `confirming`, is asked about again, and goes on by itself. */
export interface WitnessedHandover {
  /** Returns how many deposits it confirmed. @param height the final one, also where `final` is what is stored */
  confirm(height: bigint, final: JudgedFinal): Promise<number>
  /** Deposits that stay behind, and there may be something to do for them now. */
  readonly isDue: boolean
  trouble(): string | undefined
}

const atOnce = 200
const firstPauseMs = 1_000
const longestPauseMs = 30_000

interface Held {
  readonly doubt: Doubt
  readonly pauseMs: number
  readonly againAt: number
}

export function createWitnessedHandover(
  deps: Pick<ScanDeps, 'chain' | 'store' | 'clock' | 'log' | 'metrics'>,
  witness: DepositWitness,
): WitnessedHandover {
  const { chain, store, clock, log, metrics } = deps
  const held = new Map<string, Held>()
  const now = () => clock.now().getTime()

  /** A deposit in doubt is asked about again and again, more and more seldom, and never holds up the others. */
  async function hold(deposit: SeenDeposit, doubt: Doubt): Promise<void> {
    const known = held.get(deposit.id)
    const pauseMs = known ? Math.min(known.pauseMs * 2, longestPauseMs) : firstPauseMs
    held.set(deposit.id, { doubt, pauseMs, againAt: now() + pauseMs })
    if (known?.doubt.reason === doubt.reason) return
    const fields = { deposit: deposit.id, ...doubt }
    metrics.count('deposits_doubted', { chain: chain.name, reason: doubt.reason })
    if (doubt.reason === 'rpc-quorum') log.warn(fields, 'a deposit is not handed on yet')
    else log.error(fields, 'a deposit is not handed on: one node says what others don’t')
    await store.noteUnconfirmed(deposit.id, doubt.reason, doubt.detail)
  }

  return {
    async confirm(height, final) {
      let count = 0
      const seen = new Set([...held].filter(([, h]) => h.againAt > now()).map(([id]) => id))
      for (;;) {
        const due = await store.due(chain.id, height, atOnce, [...seen])
        const doubts = await mapBounded(due, 8, (deposit) => doubtAbout(witness, deposit))
        const sure: string[] = []
        for (const [i, deposit] of due.entries()) {
          const doubt = doubts[i]
          seen.add(deposit.id)
          if (doubt) await hold(deposit, doubt)
          else {
            held.delete(deposit.id)
            sure.push(deposit.id)
          }
        }
        // Also with none: the final height rises.
        count += await store.confirm(chain.id, final, sure)
        if (due.length < atOnce) break
      }
      // What a reorg took is not asked about any more.
      for (const id of held.keys()) if (!seen.has(id)) held.delete(id)
      return count
    },
    get isDue() {
      return [...held.values()].some(({ againAt }) => againAt <= now())
    },
    trouble() {
      const [first] = held.values()
      return first && `${held.size} deposits are not handed on: ${first.doubt.detail}`
    },
  }
}
