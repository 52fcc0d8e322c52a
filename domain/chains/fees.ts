import { smallerOf } from '../amount.ts'

/** A chain's gas prices at one block. wei per gas. */
export interface FeeQuote {
  readonly blockNumber: bigint
  /** undefined on chains without EIP-1559 */
  readonly baseFeeWei: bigint | undefined
  /** The node's suggestion of a legacy price. */
  readonly gasPriceWei: bigint
  /** The node's suggestion of a tip. */
  readonly priorityFeeWei: bigint
}

/** Fees as signed. On `legacy` chains both are the gas price. */
export interface SignedFees {
  readonly gasLimit: bigint
  readonly maxFeeWei: bigint
  readonly maxPriorityFeeWei: bigint
}

export interface FeePlan {
  /** The least offer that a block takes now: base fee + tip, or the gas price. */
  readonly marketWei: bigint
  /** Fee of the first attempt; bumps go up to `capWei` without new money (MONEY 8). */
  readonly startWei: bigint
  readonly capWei: bigint
  readonly priorityFeeWei: bigint
}

export type FeeDecision =
  | { readonly kind: 'plan'; readonly fees: FeePlan }
  | { readonly kind: 'above-ceiling' }
  /**
   * The head of an EIP-1559 chain shows none. Its gas price is no tip, and the chain may reject a
   * transaction signed with it.
   */
  | { readonly kind: 'no-base-fee' }

/**
 * The least offer that a block takes now: base fee + tip, or the gas price, also where a head shows
 * no base fee.
 */
export function marketFee(
  quote: FeeQuote,
  mode: 'eip1559' | 'legacy',
  ceiling: { readonly maxPriorityFeeWei: bigint },
): bigint {
  if (mode === 'legacy' || quote.baseFeeWei === undefined) return quote.gasPriceWei
  return quote.baseFeeWei + smallerOf(quote.priorityFeeWei, ceiling.maxPriorityFeeWei)
}

/**
 * Default cap: 2 × base fee + tip, at most the chain’s ceiling. The start leaves room for three
 * full blocks, each of which raises the base fee by 12.5 %: long enough for a transfer to be mined
 * before a bump is due. Above the ceiling, or at a head without a base fee, nothing is signed: the
 * sweep is `waiting(gas-price)`.
 */
export function planFees(
  quote: FeeQuote,
  mode: 'eip1559' | 'legacy',
  ceiling: { readonly maxFeeWei: bigint; readonly maxPriorityFeeWei: bigint },
): FeeDecision {
  if (mode === 'legacy') {
    if (quote.gasPriceWei > ceiling.maxFeeWei) return { kind: 'above-ceiling' }
    const capWei = smallerOf(quote.gasPriceWei * 2n, ceiling.maxFeeWei)
    const startWei = smallerOf((quote.gasPriceWei * 5n) / 4n, capWei)
    return {
      kind: 'plan',
      fees: { marketWei: quote.gasPriceWei, startWei, capWei, priorityFeeWei: startWei },
    }
  }
  if (quote.baseFeeWei === undefined) return { kind: 'no-base-fee' }
  const priorityFeeWei = smallerOf(quote.priorityFeeWei, ceiling.maxPriorityFeeWei)
  const marketWei = marketFee(quote, mode, ceiling)
  if (marketWei > ceiling.maxFeeWei) return { kind: 'above-ceiling' }
  const capWei = smallerOf(quote.baseFeeWei * 2n + priorityFeeWei, ceiling.maxFeeWei)
  const startWei = smallerOf((quote.baseFeeWei * 3n) / 2n + priorityFeeWei, capWei)
  return { kind: 'plan', fees: { marketWei, startWei, capWei, priorityFeeWei } }
}

/**
 * How a chain charges for the data that it posts to its L1. `op-stack` and `scroll` take an L1 fee
 * in addition to gas (OP stack also an operator fee), quoted by a contract of the chain. On
 * `arbitrum` the fee is part of the gas estimate, so no fixed gas limit holds.
 */
export type Rollup = 'none' | 'op-stack' | 'scroll' | 'arbitrum'

/**
 * Adds half of the L1 fee as a reserve: L1 fees move between the quote and the block that includes
 * the transaction (MONEY 9).
 */
export function withL1Margin(feeWei: bigint): bigint {
  return (feeWei * 3n) / 2n
}

/** A transaction's own prices, in wei per gas; undefined where the node omits one. */
export interface OfferedPrice {
  readonly gasPriceWei: bigint | undefined
  readonly maxFeeWei: bigint | undefined
  readonly maxPriorityFeeWei: bigint | undefined
}

/**
 * Wei per gas that a mined transaction paid, for receipts that omit it or say 0 (go-metadium #105,
 * harmony #4844): its gas price, or base fee + min(tip, cap − base fee). 0 is correct where the
 * transaction offered 0, as on gas-free chains.
 * @param baseFeeWei of its block; undefined on chains without EIP-1559
 * @returns undefined where the transaction names no price at all
 */
export function gasPricePaid(
  { gasPriceWei, maxFeeWei, maxPriorityFeeWei }: OfferedPrice,
  baseFeeWei: bigint | undefined,
): bigint | undefined {
  if (maxFeeWei === undefined) return gasPriceWei
  // Without a base fee the chain charges the price that it shows, or the full offer.
  if (baseFeeWei === undefined) return gasPriceWei ?? maxFeeWei
  if (maxFeeWei <= baseFeeWei) return maxFeeWei
  return baseFeeWei + smallerOf(maxPriorityFeeWei ?? 0n, maxFeeWei - baseFeeWei)
}
