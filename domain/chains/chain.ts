import type { Address } from '../address.ts'
import type { ListedAsset } from './asset.ts'
import type { FinalityPolicy } from './finality.ts'
import type { Rollup } from './rollup.ts'
import { defaultTolerance, type Tolerance } from './tolerance.ts'

/**
 * What the money code needs to know of a chain; config fills it. Amounts in wei, heights in blocks.
 */
export interface Chain {
  readonly id: number
  readonly name: string
  readonly finality: FinalityPolicy
  readonly blockTimeMs: number
  /** Nothing is signed while the scanner is further behind the head (MONEY 22), in blocks. */
  readonly maxScanLag: bigint
  readonly feeMode: 'eip1559' | 'legacy'
  readonly rollup: Rollup
  readonly coldWallet: Address
  readonly gasKeeper: {
    readonly address: Address
    readonly alertBelowWei: bigint
    readonly maxInFlight: number
  }
  /** `maxFeeWei` is the ceiling: no attempt is ever signed above it (MONEY 8). */
  readonly gas: {
    readonly maxFeeWei: bigint
    readonly maxPriorityFeeWei: bigint
    /** Cap of what one sweep's gas rounds may fund together (MONEY 2). */
    readonly maxPerSweepWei: bigint
    /**
     * A transaction that no block has taken for so many is signed again at a higher fee (MONEY 8).
     */
    readonly bumpAfterBlocks: number
  }
  readonly nativeRemainder: 'tip' | 'keep'
  readonly native: ListedAsset
  readonly tokens: readonly ListedAsset[]
}

export function findAsset(
  chain: Pick<Chain, 'native' | 'tokens'>,
  id: string,
): ListedAsset | undefined {
  return id === 'native' ? chain.native : chain.tokens.find((token) => token.id === id)
}

/** Of a token; of one that is not listed any longer, that of a token with many decimals. */
export function toleranceIn(chain: Pick<Chain, 'tokens'>, token: string): Tolerance {
  const listed = chain.tokens.find(({ id }) => id === token)
  return listed?.tolerance ?? defaultTolerance(listed?.decimals ?? 18)
}
