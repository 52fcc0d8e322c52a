import { largerOf } from './amount.ts'
import type { Chain } from './chain.ts'
import { type FeePlan, type FeeQuote, marketFee, planFees } from './fees.ts'
import { isTokenSend, newestAttempt, raisedFee } from './replacement.ts'
import type { Transaction } from './transaction.ts'

/** Why no bump that the lane loop may sign would bring a transaction into a block now. */
export type PriceTrouble =
  | { readonly kind: 'above-ceiling'; readonly detail: string }
  /** Another gas round would fund `fees` (MONEY 8). */
  | { readonly kind: 'past-cap'; readonly fees: FeePlan; readonly detail: string }

/** undefined where what is signed offers enough, or a bump within the cap would. */
export function judgePrice(
  chain: Pick<Chain, 'feeMode' | 'gas'>,
  quote: FeeQuote,
  transaction: Transaction,
): PriceTrouble | undefined {
  const { feeMode, gas } = chain
  const marketWei = marketFee(quote, feeMode, gas)
  const { maxFeeWei } = newestAttempt(transaction)
  if (maxFeeWei >= marketWei) return undefined
  const neededWei = largerOf(raisedFee(maxFeeWei), marketWei)
  const planned = planFees(quote, feeMode, gas)
  if (planned.kind === 'above-ceiling' || neededWei > gas.maxFeeWei) {
    const detail = `the chain asks ${marketWei} wei per gas, ${maxFeeWei} are signed, the ceiling is ${gas.maxFeeWei}`
    return { kind: 'above-ceiling', detail }
  }
  if (!isTokenSend(transaction) || neededWei <= transaction.feeCapWei) return undefined
  return {
    kind: 'past-cap',
    // A node takes no bump below `neededWei`, and where tips are most of the price that is more than a first attempt's start.
    fees: {
      ...planned.fees,
      startWei: largerOf(planned.fees.startWei, neededWei),
      capWei: largerOf(planned.fees.capWei, neededWei),
    },
    detail: `the chain asks ${marketWei} wei per gas, ${transaction.feeCapWei} were funded: another gas round follows`,
  }
}
