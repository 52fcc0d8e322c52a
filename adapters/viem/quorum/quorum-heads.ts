import type { Hash } from '../../../domain/address.ts'
import type { BlockHeader } from '../../../domain/chains/block.ts'
import { type FinalityPolicy, finalHeight } from '../../../domain/chains/finality.ts'
import type { ChainState } from '../../../domain/chains/nodes/chain-state.ts'
import type { Poll, Verdict } from './poll.ts'

/** An endpoint's newest block, and its block hashes at lower heights. */
interface View {
  readonly head: BlockHeader
  hashAt(height: bigint): Promise<Hash | undefined>
}

/**
 * Returns the newest block that enough endpoints have with the same hash. Honest nodes are at
 * different heights, and for a moment on different forks at the tip. Neither case is a
 * disagreement: the next lower head is tried.
 */
export function agreedHead(poll: Poll<ChainState>): Promise<BlockHeader> {
  return poll.settle<View, BlockHeader>({
    what: 'the newest block',
    ask: async (state) => viewOf(state, await state.head()),
    judge: async (votes) => {
      const verdict = await judgeHeads([...votes.answers.values()], poll.needed)
      return verdict ?? { kind: 'short', askAll: true }
    },
  })
}

/**
 * Returns the height that enough endpoints reach, whatever the hashes of their blocks. Finality can
 * be computed from this height even if the endpoints disagree about a block.
 */
export function newestHeight(poll: Poll<ChainState>): Promise<bigint> {
  return poll.settle<bigint, bigint>({
    what: 'the newest height',
    ask: async (state) => (await state.head()).number,
    judge({ answers }) {
      const value = reachedBy(poll.needed, [...answers.values()])
      return value === undefined ? { kind: 'short' } : { kind: 'agreed', value }
    },
  })
}

/**
 * Returns the highest value that at least `needed` endpoints reach; undefined if fewer answered. A
 * single false claim cannot raise the value.
 */
export function reachedBy(needed: number, heights: readonly bigint[]): bigint | undefined {
  return descending(heights)[needed - 1]
}

async function judgeHeads(
  views: readonly View[],
  needed: number,
): Promise<Verdict<BlockHeader> | undefined> {
  const highest = reachedBy(
    needed,
    views.map(({ head }) => head.number),
  )
  if (highest === undefined) return undefined
  const heights = new Set(views.map(({ head }) => head.number).filter((n) => n <= highest))
  for (const height of descending([...heights])) {
    const hashes = await Promise.all(
      views.map((view) => (view.head.number >= height ? view.hashAt(height) : undefined)),
    )
    for (const { head } of views.filter((view) => view.head.number === height)) {
      const behind = hashes.filter((hash) => hash === head.hash).length
      if (behind >= needed) return { kind: 'agreed', value: head }
    }
  }
  return undefined
}

function viewOf(state: ChainState, head: BlockHeader): View {
  const known = new Map<bigint, Promise<Hash | undefined>>([
    [head.number, Promise.resolve(head.hash)],
  ])
  return {
    head,
    hashAt(height) {
      const hash = known.get(height) ?? state.blockHash(height).catch(() => undefined)
      known.set(height, hash)
      return hash
    },
  }
}

function descending(heights: readonly bigint[]): bigint[] {
  return [...heights].sort((a, b) => (a < b ? 1 : a > b ? -1 : 0))
}

/** Finality by the chain's policy, from heights that enough endpoints reach. */
export interface QuorumFinality {
  taggedHeight: ChainState['taggedHeight']
  /** undefined while no block is final. */
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
