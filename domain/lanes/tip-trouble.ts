import type { Chain } from '../chains/chain.ts'
import type { FeeQuote } from '../chains/fees.ts'
import { inGwei } from './send-refusal.ts'

/**
 * A suggestion so many times the cap is no suggestion any more: nodes with a floor (Polygon: 25
 * gwei) refuse what the cap allows.
 */
const farAbove = 2n

/**
 * Why nothing is signed at this quote: its tip is far above what `gas.maxPriorityFeeGwei` allows. A
 * tip a little above it is signed as capped, because most nodes take a lower tip than they suggest.
 */
export function tipTrouble(
  { feeMode, gas }: Pick<Chain, 'feeMode' | 'gas'>,
  quote: FeeQuote,
): string | undefined {
  const { maxPriorityFeeWei } = gas
  if (feeMode === 'legacy' || quote.baseFeeWei === undefined || maxPriorityFeeWei === 0n)
    return undefined
  if (quote.priorityFeeWei <= maxPriorityFeeWei * farAbove) return undefined
  return `the node asks a tip of ${inGwei(quote.priorityFeeWei)}, gas.maxPriorityFeeGwei allows ${inGwei(maxPriorityFeeWei)}`
}
