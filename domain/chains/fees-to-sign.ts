import { inGwei } from '../amount.ts'
import type { Chain } from './chain.ts'
import { type FeePlan, type FeeQuote, marketFee, planFees } from './fees.ts'

export type FeesToSign =
  | { readonly kind: 'fees'; readonly fees: FeePlan }
  /** Nothing may be signed at this quote: `waiting(gas-price)` with this detail. */
  | { readonly kind: 'wait'; readonly detail: string }

/**
 * MONEY 8: decides the fees of a first attempt, for plan, gas and sweep alike. Returns `wait` where
 * the head of an EIP-1559 chain has no base fee, where the market price is above the ceiling, or
 * where the suggested tip is far above the operator’s limit.
 */
export function feesToSign(
  chain: Pick<Chain, 'name' | 'feeMode' | 'gas'>,
  quote: FeeQuote,
): FeesToSign {
  const tip = tipAboveCap(chain, quote)
  if (tip !== undefined) return { kind: 'wait', detail: tip }
  const decision = planFees(quote, chain.feeMode, chain.gas)
  if (decision.kind === 'plan') return { kind: 'fees', fees: decision.fees }
  if (decision.kind === 'no-base-fee')
    return {
      kind: 'wait',
      detail: `${noBaseFee(quote)}: the sweep waits for a block with a base fee; if the chain has no base fees, set feeMode: legacy in coldsweep.yaml`,
    }
  const marketWei = marketFee(quote, chain.feeMode, chain.gas)
  return {
    kind: 'wait',
    detail: `the market price is ${marketWei} wei per gas, the ceiling is ${chain.gas.maxFeeWei} (gas.maxFeeGwei)`,
  }
}

/** Says that the newest block has no base fee, as the start of a deposit's detail. */
export function noBaseFee({ blockNumber }: FeeQuote): string {
  return `the newest block (${blockNumber}) has no base fee`
}

/**
 * A suggested tip above this multiple of the tip cap shows that the nodes have a minimum tip
 * (Polygon: 25 gwei) and reject a transaction whose tip is only the cap.
 */
const farAbove = 2n

/**
 * Returns the detail of the wait if the suggested tip is far above `gas.maxPriorityFeeGwei`;
 * undefined where coldsweep may sign. If the suggested tip is slightly above the cap, coldsweep
 * signs with the cap as the tip, because most nodes accept a lower tip than they suggest.
 */
export function tipAboveCap(
  { feeMode, gas }: Pick<Chain, 'feeMode' | 'gas'>,
  quote: FeeQuote,
): string | undefined {
  const { maxPriorityFeeWei } = gas
  if (feeMode === 'legacy' || quote.baseFeeWei === undefined || maxPriorityFeeWei === 0n)
    return undefined
  if (quote.priorityFeeWei <= maxPriorityFeeWei * farAbove) return undefined
  return `the node asks for a tip of ${inGwei(quote.priorityFeeWei)}, gas.maxPriorityFeeGwei allows ${inGwei(maxPriorityFeeWei)}`
}
