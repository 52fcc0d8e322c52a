import { type FinalityPolicy, finalHeight } from '../../../domain/chains/finality.ts'
import type { ChainState } from '../../../domain/chains/nodes/chain-state.ts'
import { newestHeight, reachedBy } from './heads.ts'
import type { Poll } from './poll.ts'

/** What is final by the chain's policy, as far as enough endpoints stand behind it. */
export interface QuorumFinality {
  taggedHeight: ChainState['taggedHeight']
  /** undefined while nothing is. */
  finalHeight(): Promise<bigint | undefined>
  isFinal(height: bigint): Promise<boolean>
}

export function createQuorumFinality(
  poll: Poll<ChainState>,
  finality: FinalityPolicy,
): QuorumFinality {
  const taggedHeight = (tag: 'finalized' | 'safe') =>
    poll.settle<{ readonly height: bigint | undefined }, bigint | undefined>({
      what: `the ${tag} block`,
      ask: async (state) => ({ height: await state.taggedHeight(tag) }),
      judge(votes) {
        const heights = [...votes.answers.values()].map(({ height }) => height ?? -1n)
        const reached = reachedBy(poll.needed, heights)
        if (reached === undefined) return { kind: 'short' }
        return { kind: 'agreed', value: reached < 0n ? undefined : reached }
      },
    })
  const agreedFinal = async () => {
    const { tag } = finality
    const tagged = tag && (await taggedHeight(tag))
    return finalHeight(finality, await newestHeight(poll), tagged)
  }
  return {
    taggedHeight,
    finalHeight: agreedFinal,
    async isFinal(height) {
      const final = await agreedFinal()
      return final !== undefined && height <= final
    },
  }
}
