import { smallerOf } from '../amount.ts'
import { type FeePlan, type SignedFees, withL1Margin } from '../chains/fees.ts'

/** The gas money of a token sweep. */
export interface TokenGasPlan {
  readonly gasLimit: bigint
  /** Highest fee per gas that the gas money pays for. */
  readonly capWei: bigint
  /** Native balance that the wallet needs before the sweep is signed. */
  readonly neededWei: bigint
  /** Amount that the keeper sends; 0 where the wallet's native balance is enough (MONEY 6). */
  readonly shortWei: bigint
}

/**
 * MONEY 8: plans the gas money of a token sweep. The keeper funds gas limit × cap + 1.5 × L1 fee,
 * minus the wallet's balance. If the balance already pays for a first attempt at `fees.startWei`,
 * which has room for a rising base fee, nothing is funded and the balance sets the cap. Without
 * this rule, a plan that is repeated after the gas has arrived would send a second gas transaction
 * for a small change of the gas price.
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

/** Answer of `planNativeSweep`. */
export type NativePlan =
  | { readonly kind: 'sweep'; readonly valueWei: bigint; readonly fees: SignedFees }
  /** The balance does not pay for the fee of its transfer. */
  | { readonly kind: 'too-small' }

/**
 * MONEY 9: plans a native sweep with value = balance − gas limit × max fee − 1.5 × (L1 fee +
 * operator fee). The signed fees come from the same quote. With `tip` the priority fee equals the
 * max fee, so that a wallet on an L1 ends with exactly 0. With `keep` the unused fee stays in the
 * wallet for its next sweep.
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
