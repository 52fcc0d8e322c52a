import type { Address } from '../address.ts'
import { defaultTolerance, type ListedAsset, type Tolerance } from './asset.ts'
import type { Budget } from './budget.ts'
import type { Rollup } from './fees.ts'
import type { FinalityPolicy } from './finality.ts'

/**
 * Settings of a chain that the money code uses, from the configuration. Amounts are in wei, heights
 * in blocks.
 */
export interface Chain {
  readonly id: number
  readonly name: string
  readonly finality: FinalityPolicy
  readonly blockTimeMs: number
  /** Signing stops while the scanner is more blocks behind the head than this number (MONEY 22). */
  readonly maxScanLag: bigint
  readonly feeMode: 'eip1559' | 'legacy'
  readonly rollup: Rollup
  readonly coldWallet: Address
  readonly gasKeeper: {
    readonly address: Address
    readonly alertBelowWei: bigint
    readonly maxInFlight: number
  }
  /** `maxFeeWei` is the ceiling: no attempt is signed above it (MONEY 8). */
  readonly gas: {
    readonly maxFeeWei: bigint
    readonly maxPriorityFeeWei: bigint
    /**
     * Limit of the gas money for all gas rounds of one sweep together (MONEY 2), and of the cost of
     * each transaction (MONEY 26).
     */
    readonly maxPerSweepWei: bigint
    /** Most that a native sweep may cost, in percent of its value (MONEY 26). */
    readonly maxFeeShare: bigint
    /**
     * Highest gas limit of a transfer of native coin, on a chain where it takes 21,000 gas (MONEY
     * 26).
     */
    readonly maxGas: bigint
    /** A transaction that is unmined for this many blocks is bumped (MONEY 8). */
    readonly bumpAfterBlocks: number
  }
  /**
   * Sweeps of one wallet in 24 hours after which one an hour is signed (MONEY 30). @default 24
   */
  readonly walletSweepsPerDay?: number
  /**
   * Most that the keeper may spend on the chain, in wei (MONEY 29). @default 100 ×
   * `gas.maxPerSweep` an hour, 400 × a day
   */
  readonly budget?: Budget
  /**
   * Use of the fee that a native sweep reserves but does not need. `tip` pays it to the block
   * producer, so that a wallet on an L1 ends with 0. `keep` leaves it in the wallet (MONEY 9).
   */
  readonly nativeRemainder: 'tip' | 'keep'
  readonly native: ListedAsset
  readonly tokens: readonly ListedAsset[]
}

/** Returns the listed asset with this id; undefined where the chain does not list it. */
export function findAsset(
  chain: Pick<Chain, 'native' | 'tokens'>,
  id: string,
): ListedAsset | undefined {
  return id === 'native' ? chain.native : chain.tokens.find((token) => token.id === id)
}

/**
 * Returns the tolerance of a token. A token that is no longer listed gets the default for 18
 * decimals.
 */
export function toleranceIn(chain: Pick<Chain, 'tokens'>, token: string): Tolerance {
  const listed = chain.tokens.find(({ id }) => id === token)
  return listed?.tolerance ?? defaultTolerance(listed?.decimals ?? 18)
}
