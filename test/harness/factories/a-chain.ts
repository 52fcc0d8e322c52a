import type { Chain } from '../../../domain/chains/chain.ts'

export const gwei = 1_000_000_000n
export const ether = 10n ** 18n

export const coldWallet = `0x${'c0'.repeat(20)}` as const
export const keeper = `0x${'ee'.repeat(20)}` as const
export const token = `0x${'70'.repeat(20)}` as const
export const wallet = `0x${'1a'.repeat(20)}` as const

/** Returns a configured chain with one 6-decimal token and a finality of 2 blocks. */
export function aChain(more: Partial<Chain> = {}): Chain {
  return {
    id: 31337,
    name: 'devnet',
    finality: { depth: 2 },
    blockTimeMs: 1_000,
    maxScanLag: 64n,
    feeMode: 'eip1559',
    rollup: 'none',
    coldWallet,
    gasKeeper: { address: keeper, alertBelowWei: ether / 2n, maxInFlight: 16 },
    gas: {
      maxFeeWei: 200n * gwei,
      maxPriorityFeeWei: 2n * gwei,
      maxPerSweepWei: ether / 10n,
      maxFeeShare: 25n,
      maxGas: 100_000n,
      bumpAfterBlocks: 3,
    },
    nativeRemainder: 'tip',
    native: { id: 'native', symbol: 'ETH', decimals: 18, min: ether / 100n },
    tokens: [{ id: token, symbol: 'USDT', decimals: 6, min: 1_000_000n }],
    ...more,
  }
}
