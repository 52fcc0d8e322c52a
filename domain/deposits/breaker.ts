/** Sweeps of an asset in the last hour, by rows of mined transactions (MONEY 30). */
export interface AssetFailures {
  /** Sweeps that failed on chain, or that the token accepted without moving anything. */
  readonly failures: number
  /** Number of different wallets among them. */
  readonly wallets: number
  /** Fees of the failed sweeps and of their gas payments, in wei. */
  readonly failedWei: bigint
  /** Fees of all ended transactions for sweeps of the asset, in wei. */
  readonly allWei: bigint
}

const fewestFailures = 5
const fewestWallets = 3

/**
 * Whether the breaker stops the asset. Only mined failures count, from several wallets, and only if
 * they are most of what the asset costs: a third party must not be able to stop a good asset.
 */
export function breaksAsset({ failures, wallets, failedWei, allWei }: AssetFailures): boolean {
  return failures >= fewestFailures && wallets >= fewestWallets && failedWei * 2n > allWei
}

const firstTrialMinutes = 10
const longestTrialMinutes = 6 * 60

/** Returns the minutes until the next sweep is tried: 10, then twice as long, at most 6 hours. */
export function minutesToTrial(failedTrials: number): number {
  return Math.min(firstTrialMinutes * 2 ** Math.min(failedTrials, 10), longestTrialMinutes)
}

/** Minutes that a tried sweep has to sign something. Then another sweep may be tried. */
export const trialMinutes = 10

/** Describes the failures for the rows of the asset's deposits. */
export function breakerWords({ failures, wallets, failedWei, allWei }: AssetFailures): string {
  const share = allWei === 0n ? 100n : (failedWei * 100n) / allWei
  return `${failures} sweeps of ${wallets} wallets failed on chain in the last hour, for ${share} % of the asset's fees`
}
