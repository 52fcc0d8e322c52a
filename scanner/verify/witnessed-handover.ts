import { mapBounded } from '../../domain/map-bounded.ts'
import type { DepositWitness } from '../../domain/scan/deposit-witness.ts'
import type { JudgedFinal } from '../../domain/scan/scan-store.ts'
import type { ScanDeps } from '../context/scan-deps.ts'
import { createHeldDeposits } from './held-deposits.ts'
import { rememberAnswers } from './remember-answers.ts'
import { doubtAbout } from './witness-deposit.ts'

/**
 * Hands on what enough nodes say the same about; the rest stays `confirming`, is asked about again,
 * and goes on by itself.
 */
export interface WitnessedHandover {
  /**
   * Returns how many deposits it confirmed. @param height the final one, also where `final` is what
   * is stored
   */
  confirm(height: bigint, final: JudgedFinal): Promise<number>
  /** Deposits that stay behind, and there may be something to do for them now. */
  readonly isDue: boolean
  trouble(): string | undefined
}

const atOnce = 200
export function createWitnessedHandover(
  deps: Pick<ScanDeps, 'chain' | 'store' | 'clock' | 'log' | 'metrics'>,
  witness: DepositWitness,
): WitnessedHandover {
  const { chain, store } = deps
  const held = createHeldDeposits(deps)

  return {
    async confirm(height, final) {
      let count = 0
      const seen = new Set(held.pausedIds())
      for (;;) {
        const due = await store.due(chain.id, height, atOnce, [...seen])
        const asked = rememberAnswers(witness)
        const doubts = await mapBounded(due, 8, (deposit) => doubtAbout(asked, deposit))
        const sure: string[] = []
        for (const [i, deposit] of due.entries()) {
          const doubt = doubts[i]
          seen.add(deposit.id)
          if (!doubt) {
            held.release(deposit.id)
            sure.push(deposit.id)
          } else if (held.hold(deposit.id, doubt)) {
            await store.noteUnconfirmed(deposit.id, doubt.reason, doubt.detail)
          }
        }
        // Also with none: the final height rises.
        count += await store.confirm(chain.id, final, sure)
        if (due.length < atOnce) break
      }
      // What a reorg took is not asked about any more.
      held.keepOnly((id) => seen.has(id))
      return count
    },
    get isDue() {
      return held.isDue
    },
    trouble: held.trouble,
  }
}
