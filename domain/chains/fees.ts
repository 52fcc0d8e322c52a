import { smallerOf } from '../amount.ts'

/** A chain's gas prices at one block, in wei per gas. */
export interface FeeQuote {
  readonly blockNumber: bigint
  /** undefined where the block has no base fee, as on chains without EIP-1559. */
  readonly baseFeeWei: bigint | undefined
  /** The gas price that the node suggests for a legacy transaction. */
  readonly gasPriceWei: bigint
  /** The tip that the node suggests. */
  readonly priorityFeeWei: bigint
}

/** Gas limit and fees of a signed transaction. On `legacy` chains both fees are the gas price. */
export interface SignedFees {
  readonly gasLimit: bigint
  readonly maxFeeWei: bigint
  readonly maxPriorityFeeWei: bigint
}

/** Planned fees of a transaction, in wei per gas. */
export interface FeePlan {
  /** Lowest price that gets into a block now: base fee + tip, or the gas price. */
  readonly marketWei: bigint
  /** Max fee of the first attempt. */
  readonly startWei: bigint
  /**
   * Highest max fee that the gas money pays for. Bumps up to this fee need no new money (MONEY 8).
   */
  readonly capWei: bigint
  readonly priorityFeeWei: bigint
}

export type FeeDecision =
  | { readonly kind: 'plan'; readonly fees: FeePlan }
  | { readonly kind: 'above-ceiling' }
  /**
   * The head of an EIP-1559 chain has no base fee. The node's gas price cannot replace the base
   * fee: the gas price is no tip, and the chain may reject a transaction that offers it.
   */
  | { readonly kind: 'no-base-fee' }

/**
 * Returns the lowest price that gets into a block now, in wei per gas: base fee + tip. On legacy
 * chains, and where the head has no base fee, the price is the suggested gas price.
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
 * Plans the fees of a first attempt. The cap is 2 × base fee + tip, at most the chain’s ceiling.
 * The start is 1.5 × base fee + tip, which leaves room for three full blocks, each of which raises
 * the base fee by 12.5 %. That is long enough for a transfer to be mined before a bump is due. On
 * legacy chains the cap is 2 × and the start 1.25 × the gas price. Where the market price is above
 * the ceiling, or the head has no base fee, there is no plan: the sweep is `waiting(gas-price)`.
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
 * How a chain charges for the data that it posts to its L1. `op-stack` and `scroll` charge an L1
 * fee in addition to gas; a contract of the chain quotes this fee. `op-stack` also charges an
 * operator fee. On `arbitrum` the gas estimate includes the L1 fee, so a fixed gas limit would be
 * too low.
 */
export type Rollup = 'none' | 'op-stack' | 'scroll' | 'arbitrum'

/**
 * Adds half of the L1 fee as a reserve, because the fee may rise between the quote and the block
 * that includes the transaction (MONEY 9).
 */
export function withL1Margin(feeWei: bigint): bigint {
  return (feeWei * 3n) / 2n
}

/** Prices that a transaction offers, in wei per gas; undefined where the node omits the field. */
export interface OfferedPrice {
  readonly gasPriceWei: bigint | undefined
  readonly maxFeeWei: bigint | undefined
  readonly maxPriorityFeeWei: bigint | undefined
}

/**
 * Returns the wei per gas that a mined transaction paid, for receipts that omit the price or say 0
 * (go-metadium #105, harmony #4844). The result is the gas price, or base fee + min(tip, max fee −
 * base fee). 0 is correct where the transaction offered 0, as on gas-free chains.
 * @param baseFeeWei of the transaction's block; undefined on chains without EIP-1559
 * @returns undefined where the transaction names no price at all
 */
export function gasPricePaid(
  { gasPriceWei, maxFeeWei, maxPriorityFeeWei }: OfferedPrice,
  baseFeeWei: bigint | undefined,
): bigint | undefined {
  if (maxFeeWei === undefined) return gasPriceWei
  // Without a base fee the chain charges the gas price that the node shows, or the full max fee.
  if (baseFeeWei === undefined) return gasPriceWei ?? maxFeeWei
  if (maxFeeWei <= baseFeeWei) return maxFeeWei
  return baseFeeWei + smallerOf(maxPriorityFeeWei ?? 0n, maxFeeWei - baseFeeWei)
}
