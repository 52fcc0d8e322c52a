import type { Chain } from '../chains/chain.ts'
import { type FeePlan, type FeeQuote, planFees } from '../chains/fees.ts'
import { tipTrouble } from './tip-trouble.ts'

export type FeesToSign =
  | { readonly kind: 'fees'; readonly fees: FeePlan }
  /** Nothing may be signed at this quote: `waiting(gas-price)` with this detail. */
  | { readonly kind: 'wait'; readonly detail: string }

/**
 * MONEY 8: the fees of a first attempt, for the plan, the gas and the sweep alike. None where the
 * head of an EIP-1559 chain has no base fee, where its tip is far above the operator's, or above
 * the ceiling.
 */
export function feesToSign(
  chain: Pick<Chain, 'name' | 'feeMode' | 'gas'>,
  quote: FeeQuote,
): FeesToSign {
  const tip = tipTrouble(chain, quote)
  if (tip !== undefined) return { kind: 'wait', detail: tip }
  const decision = planFees(quote, chain.feeMode, chain.gas)
  if (decision.kind === 'plan') return { kind: 'fees', fees: decision.fees }
  if (decision.kind === 'no-base-fee')
    return {
      kind: 'wait',
      detail: `${noBaseFee(quote)}: the sweep waits for one that has; if none ever has, write feeMode: legacy in coldsweep.yaml`,
    }
  const asks = quote.baseFeeWei ?? quote.gasPriceWei
  return {
    kind: 'wait',
    detail: `the chain asks ${asks} wei per gas, the ceiling is ${chain.gas.maxFeeWei}`,
  }
}

export function noBaseFee({ blockNumber }: FeeQuote): string {
  return `the newest block (${blockNumber}) has no base fee`
}
