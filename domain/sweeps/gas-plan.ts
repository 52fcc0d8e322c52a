import { smallerOf } from '../amount.ts'
import { type FeePlan, type SignedFees, withL1Margin } from '../chains/fees.ts'

export interface TokenGasPlan {
  readonly gasLimit: bigint
  readonly capWei: bigint
  /** Native balance that the wallet needs before the sweep is signed. */
  readonly neededWei: bigint
  /** Amount that the keeper adds: 0 where the wallet's own coin is enough (MONEY 6). */
  readonly shortWei: bigint
}

/**
 * MONEY 8: fund gas limit × cap (+ L1 fee, with a reserve for its rise until the sweep is signed)
 * less the wallet's balance. Where the balance already pays for a first attempt, with its room for
 * a rising base fee, the balance sets the cap: a plan that is repeated after the gas came must not
 * send a second transaction for a small move of the gas price.
 */
export function planTokenGas(input: {
  readonly gasLimit: bigint
  readonly fees: FeePlan
  readonly l1FeeWei: bigint
  readonly walletBalanceWei: bigint
}): TokenGasPlan {
  const { gasLimit, fees, walletBalanceWei } = input
  const l1Wei = withL1Margin(input.l1FeeWei)
  const ownCapWei = (walletBalanceWei - l1Wei) / gasLimit
  const capWei =
    walletBalanceWei >= gasLimit * fees.startWei + l1Wei
      ? smallerOf(fees.capWei, ownCapWei)
      : fees.capWei
  const neededWei = gasLimit * capWei + l1Wei
  const shortWei = neededWei > walletBalanceWei ? neededWei - walletBalanceWei : 0n
  return { gasLimit, capWei, neededWei, shortWei }
}

export type NativePlan =
  | { readonly kind: 'sweep'; readonly valueWei: bigint; readonly fees: SignedFees }
  /** The balance does not pay for its own transfer. */
  | { readonly kind: 'too-small' }

/**
 * MONEY 9: value = balance − limit × max fee − (L1 + operator fee) × 1.5, from the same quote that
 * is signed. With `tip` the priority fee equals the max fee, so an L1 wallet ends with exactly 0;
 * with `keep` the difference stays in the wallet and serves its next sweep.
 */
export function planNativeSweep(input: {
  readonly balanceWei: bigint
  readonly gasLimit: bigint
  readonly fees: FeePlan
  readonly l1FeeWei: bigint
  readonly remainder: 'tip' | 'keep'
}): NativePlan {
  const maxFeeWei = input.fees.startWei
  const reserve = input.gasLimit * maxFeeWei + withL1Margin(input.l1FeeWei)
  if (input.balanceWei <= reserve) return { kind: 'too-small' }
  const maxPriorityFeeWei = input.remainder === 'tip' ? maxFeeWei : input.fees.priorityFeeWei
  return {
    kind: 'sweep',
    valueWei: input.balanceWei - reserve,
    fees: { gasLimit: input.gasLimit, maxFeeWei, maxPriorityFeeWei },
  }
}
