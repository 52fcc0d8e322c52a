import type { DepositWitness } from '../../domain/scan/deposit-witness.ts'
import type { JudgedFinal } from '../../domain/scan/scan-store.ts'
import { mapConcurrently } from '../../runtime/map-concurrently.ts'
import type { ScanDeps } from '../context/scan-deps.ts'
import { createHeldDeposits } from './held-deposits.ts'
import { doubtAbout, rememberAnswers } from './witness-deposit.ts'

/**
 * Confirms deposits that enough nodes agree on. The other deposits stay `confirming`, are checked
 * again, and continue by themselves.
 */
export interface WitnessedHandover {
  /**
   * @returns the number of deposits that this call confirmed
   * @param height the final height, also if `final` is `stored`
   */
  confirm(height: bigint, final: JudgedFinal): Promise<number>
  /** Whether the backoff of a held deposit has passed. */
  readonly isDue: boolean
  problem(): string | undefined
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
        const doubts = await mapConcurrently(due, 8, (deposit) => doubtAbout(asked, deposit))
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
        // The store is called even without deposits, because its `confirm` also stores the final
        // height.
        count += await store.confirm(chain.id, final, sure)
        if (due.length < atOnce) break
      }
      // Deposits that a reorg removed are not checked again.
      held.keepOnly((id) => seen.has(id))
      return count
    },
    get isDue() {
      return held.isDue
    },
    problem: held.problem,
  }
}
