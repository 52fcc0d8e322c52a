import type { Rollup } from '../../domain/chains/fees.ts'
import type { FinalityPolicy } from '../../domain/chains/finality.ts'

/** Defaults of a public chain. Ids: https://chainid.network */
export interface KnownChain {
  /** `none` for an L1 and for rollups whose gas price includes the L1 fee (Linea). */
  readonly rollup: Rollup
  readonly layer: 'l1' | 'rollup'
  readonly finality?: FinalityPolicy
  /**
   * Tip below which nodes reject a transaction. Source: Bor's `DefaultTxPoolPriceLimit`, since
   * v0.3.
   */
  readonly leastTipWei?: bigint
}

const finalized: FinalityPolicy = { tag: 'finalized' }

/**
 * Defaults by chain id. A chain outside this list, or without `finality` in it, must state its
 * policy in coldsweep.yaml. Polygon's nodes serve the tag `finalized` (milestones); a node without
 * it needs `finality: { depth: 128 }`.
 */
const knownChains: Readonly<Record<number, KnownChain>> = {
  1: { layer: 'l1', rollup: 'none', finality: finalized },
  56: { layer: 'l1', rollup: 'none', finality: { tag: 'finalized', depth: 15 } },
  97: { layer: 'l1', rollup: 'none', finality: { tag: 'finalized', depth: 15 } },
  100: { layer: 'l1', rollup: 'none' },
  137: { layer: 'l1', rollup: 'none', finality: finalized, leastTipWei: 25_000_000_000n },
  43114: { layer: 'l1', rollup: 'none' },
  80002: { layer: 'l1', rollup: 'none', finality: finalized, leastTipWei: 25_000_000_000n },
  560048: { layer: 'l1', rollup: 'none', finality: finalized },
  11155111: { layer: 'l1', rollup: 'none', finality: finalized },
  10: { layer: 'rollup', rollup: 'op-stack', finality: finalized },
  130: { layer: 'rollup', rollup: 'op-stack' },
  8453: { layer: 'rollup', rollup: 'op-stack', finality: finalized },
  42161: { layer: 'rollup', rollup: 'arbitrum', finality: finalized },
  42170: { layer: 'rollup', rollup: 'arbitrum', finality: finalized },
  59144: { layer: 'rollup', rollup: 'none' },
  84532: { layer: 'rollup', rollup: 'op-stack', finality: finalized },
  421614: { layer: 'rollup', rollup: 'arbitrum', finality: finalized },
  534352: { layer: 'rollup', rollup: 'scroll' },
  11155420: { layer: 'rollup', rollup: 'op-stack', finality: finalized },
}

/** Ids of the public chains with defaults. */
export const knownChainIds: readonly number[] = Object.keys(knownChains).map(Number)

/** Returns the defaults of a public chain; undefined for any other chain. */
export function findKnownChain(id: unknown): KnownChain | undefined {
  return typeof id === 'number' ? knownChains[id] : undefined
}
