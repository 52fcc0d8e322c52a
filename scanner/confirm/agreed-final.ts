import { smallerOf } from '../../domain/amount.ts'
import { QuorumShort } from '../../domain/errors.ts'
import type { DepositWitness } from '../../domain/scan/deposit-witness.ts'
import type { ScanDeps } from '../context/scan-deps.ts'

/** MONEY 20: with several endpoints no one of them says alone what is final. */
export interface AgreedFinal {
  /**
   * What of the height that one node calls final enough endpoints stand behind; undefined where
   * nothing is, or too few answer.
   */
  of(told: bigint): Promise<bigint | undefined>
  /** Why nothing more is final. */
  trouble(): string | undefined
}

/** Not at each look: a question that too few answer takes seconds. */
const askAgainMs = 2_000
/** So many rows say why they wait; the others follow when these are through. */
const mostNoted = 200

export function createAgreedFinal(
  { chain, store, clock, log }: Pick<ScanDeps, 'chain' | 'store' | 'clock' | 'log'>,
  witness: Pick<DepositWitness, 'finalHeight'>,
): AgreedFinal {
  let trouble: string | undefined
  let askAgainAt = 0
  const now = () => clock.now().getTime()

  async function short(told: bigint, words: string): Promise<void> {
    if (trouble === undefined) log.warn({ told, words }, 'too few endpoints say what is final')
    trouble = words
    askAgainAt = now() + askAgainMs
    for (const { id } of await store.due(chain.id, told, mostNoted, [])) {
      await store.noteUnconfirmed(id, 'rpc-quorum', words)
    }
  }

  return {
    trouble: () => trouble,
    async of(told) {
      if (trouble !== undefined && now() < askAgainAt) return undefined
      try {
        const agreed = await witness.finalHeight()
        trouble = undefined
        return agreed === undefined ? undefined : smallerOf(told, agreed)
      } catch (error) {
        if (!(error instanceof QuorumShort)) throw error
        await short(told, error.message)
        return undefined
      }
    },
  }
}
