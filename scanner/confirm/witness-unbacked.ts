import type { BackingNote, QuestionedCredit } from '../../domain/deposits/backing-store.ts'
import type { DepositWitness } from '../../domain/scan/deposit-witness.ts'
import { mapConcurrently } from '../../runtime/map-concurrently.ts'
import type { ScanDeps } from '../context/scan-deps.ts'
import { createHeldDeposits, type HeldDeposits } from './held-deposits.ts'
import { type Doubt, doubtAbout, rememberAnswers } from './witness-deposit.ts'

/**
 * Asks enough endpoints about each credit before it becomes unbacked. If these endpoints contradict
 * the endpoint that the credit was read from, the deposit's reason is `rpc-disagreement` instead,
 * and an operator cannot approve the deposit (MONEY 20, 24).
 */
export interface UnbackedWitness {
  /**
   * Replaces `unbacked` by the quorum's doubt, if there is one. Endpoints are not asked again about
   * a credit that is unbacked already.
   * @param credits all credits in question of the judged wallets
   */
  check(
    notes: readonly BackingNote[],
    credits: readonly QuestionedCredit[],
  ): Promise<readonly BackingNote[]>
  /** Returns the quorum's doubt about a credit. */
  doubtOf: HeldDeposits['doubtOf']
  /** Returns the pairs of wallet and token whose doubted credits are all in backoff. */
  pausedKeys(): ReadonlySet<string>
  /** Forgets the credits of all other pairs of wallet and token. */
  keepOnly(keys: ReadonlySet<string>): void
  readonly isDue: boolean
  problem(): string | undefined
}

/** Number of deposits that are checked concurrently, as in the witnessed handover. */
const width = 8

export function createUnbackedWitness(
  deps: Pick<ScanDeps, 'chain' | 'clock' | 'log' | 'metrics' | 'store'>,
  witness: DepositWitness | undefined,
  keyOf: (credit: QuestionedCredit) => string,
): UnbackedWitness {
  const held = createHeldDeposits(deps)
  const keys = new Map<string, string>()

  async function doubtsOf(asked: readonly QuestionedCredit[], by: DepositWitness) {
    const counts = await deps.store.alike(asked.map(({ id }) => id))
    const answers = rememberAnswers(by)
    const doubts = await mapConcurrently(asked, width, (credit) =>
      doubtAbout(answers, { ...credit, alike: counts.get(credit.id) ?? 1, doubtCleared: null }),
    )
    return new Map(asked.map(({ id }, i) => [id, doubts[i]]))
  }

  function noteDoubt(credit: QuestionedCredit, doubt: Doubt | undefined): void {
    if (doubt) {
      held.hold(credit.id, doubt)
      keys.set(credit.id, keyOf(credit))
    } else release(credit.id)
  }

  function release(id: string): void {
    held.release(id)
    keys.delete(id)
  }

  return {
    async check(notes, credits) {
      if (!witness) return notes
      const suspects = new Set(
        notes.filter(({ doubt }) => doubt?.reason === 'unbacked').map(({ id }) => id),
      )
      const first = credits.filter(({ id, isUnbacked }) => suspects.has(id) && !isUnbacked)
      const asked = first.filter(({ id }) => !held.isPaused(id)).sort(inChainOrder)
      const doubts = await doubtsOf(asked, witness)
      // A credit that a reorg removed, or that the balance covers meanwhile, is released.
      const judged = new Set(credits.map(keyOf))
      const inQuestion = new Set(credits.map(({ id }) => id))
      for (const [id, key] of keys) if (judged.has(key) && !inQuestion.has(id)) release(id)
      for (const { id, doubt } of notes) if (!doubt) release(id)
      for (const credit of asked) noteDoubt(credit, doubts.get(credit.id))
      return notes.map((note) => {
        const doubt = suspects.has(note.id) ? held.doubtOf(note.id) : undefined
        return doubt ? { ...note, doubt } : note
      })
    },
    doubtOf: held.doubtOf,
    pausedKeys() {
      const due = new Set([...keys].filter(([id]) => !held.isPaused(id)).map(([, key]) => key))
      return new Set([...keys.values()].filter((key) => !due.has(key)))
    },
    keepOnly(kept) {
      for (const [id, key] of keys) if (!kept.has(key)) release(id)
    },
    get isDue() {
      return held.isDue
    },
    problem: held.problem,
  }
}

/** Chain order lets the credits of one transaction share its receipt. */
function inChainOrder(a: QuestionedCredit, b: QuestionedCredit): number {
  if (a.blockNumber !== b.blockNumber) return a.blockNumber < b.blockNumber ? -1 : 1
  return a.txIndex - b.txIndex || a.logOrder - b.logOrder
}
