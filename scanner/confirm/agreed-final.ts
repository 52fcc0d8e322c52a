import { smallerOf } from '../../domain/amount.ts'
import { QuorumShort } from '../../domain/errors.ts'
import type { DepositWitness } from '../../domain/scan/deposit-witness.ts'
import type { ScanDeps } from '../context/scan-deps.ts'

/** MONEY 20: with several endpoints, no single endpoint decides which height is final. */
export interface AgreedFinal {
  /**
   * Returns the highest height that enough endpoints confirm as final, but at most `byOneNode`.
   * Returns undefined if there is no such height, or if too few endpoints answer.
   * @param byOneNode the height that is final according to one node
   */
  of(byOneNode: bigint): Promise<bigint | undefined>
  /** Set while too few endpoints answer. */
  problem(): string | undefined
}

/**
 * Interval between requests while too few endpoints answer. Such a request takes seconds, so it is
 * not repeated in every iteration.
 */
const askAgainMs = 2_000
/**
 * Maximum number of due deposits, oldest first, that get the reason `rpc-quorum`. Later deposits
 * can get it after these deposits are confirmed.
 */
const mostNoted = 200

export function createAgreedFinal(
  { chain, store, clock, log }: Pick<ScanDeps, 'chain' | 'store' | 'clock' | 'log'>,
  witness: Pick<DepositWitness, 'finalHeight'>,
): AgreedFinal {
  let problem: string | undefined
  let askAgainAt = 0
  const now = () => clock.now().getTime()

  async function short(told: bigint, words: string): Promise<void> {
    if (problem === undefined) log.warn({ told, words }, 'too few endpoints confirm a final height')
    problem = words
    askAgainAt = now() + askAgainMs
    for (const { id } of await store.due(chain.id, told, mostNoted, [])) {
      await store.noteUnconfirmed(id, 'rpc-quorum', words)
    }
  }

  return {
    problem: () => problem,
    async of(told) {
      if (problem !== undefined && now() < askAgainAt) return undefined
      try {
        const agreed = await witness.finalHeight()
        problem = undefined
        return agreed === undefined ? undefined : smallerOf(told, agreed)
      } catch (error) {
        if (!(error instanceof QuorumShort)) throw error
        await short(told, error.message)
        return undefined
      }
    },
  }
}
