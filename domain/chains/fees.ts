import { smallerOf } from '../amount.ts'

/** What a chain asks for gas now, from one block. wei per gas. */
export interface FeeQuote {
  readonly blockNumber: bigint
  /** undefined on chains without EIP-1559 */
  readonly baseFeeWei: bigint | undefined
  /** Node's suggestion of a legacy price. */
  readonly gasPriceWei: bigint
  /** Node's suggestion of a tip. */
  readonly priorityFeeWei: bigint
}

/** Fees as signed. On `legacy` chains both are the gas price. */
export interface SignedFees {
  readonly gasLimit: bigint
  readonly maxFeeWei: bigint
  readonly maxPriorityFeeWei: bigint
}

export interface FeePlan {
  /** What a transaction must offer now to be taken at all: base fee + tip, or the gas price. */
  readonly marketWei: bigint
  /** The first attempt is signed with this; bumps go up to `capWei` without new money (MONEY 8). */
  readonly startWei: bigint
  readonly capWei: bigint
  readonly priorityFeeWei: bigint
}

export type FeeDecision =
  | { readonly kind: 'plan'; readonly fees: FeePlan }
  | { readonly kind: 'above-ceiling' }
  /**
   * The head of an EIP-1559 chain shows none: its gas price is no tip, and the chain may refuse
   * what is signed by it.
   */
  | { readonly kind: 'no-base-fee' }

/**
 * What a transaction must offer now to be taken at all: base fee + tip, or the gas price, also
 * where a head shows no base fee.
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
 * Default cap: 2 × base fee + tip, never above the chain's ceiling. The start leaves room for one
 * full base-fee rise of 12.5 % three blocks long, which is what a transfer needs to be mined before
 * a bump is due. Above the ceiling, or by a head without a base fee, nothing is signed: the sweep
 * is `waiting(gas-price)`.
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
