import { smallerOf } from '../../domain/amount.ts'
import { QuorumShort } from '../../domain/errors.ts'
import type { DepositWitness } from '../../domain/scan/deposit-witness.ts'
import type { ScanDeps } from '../context/scan-deps.ts'

/** MONEY 20: with several endpoints, no single one decides which height is final. */
export interface AgreedFinal {
  /**
   * The part of a height, final at one node, that enough endpoints confirm. undefined where no
   * block is, or too few endpoints answer.
   */
  of(told: bigint): Promise<bigint | undefined>
  /** Set while too few endpoints answer. */
  problem(): string | undefined
}

/** Not in each iteration: a request that too few endpoints answer takes seconds. */
const askAgainMs = 2_000
/** Rows that get a reason at once. The others follow when these are confirmed. */
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
