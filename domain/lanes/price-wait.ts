import { inGwei, largerOf, smallerOf } from '../amount.ts'
import { mostCappedFee } from '../chains/caps.ts'
import type { Chain } from '../chains/chain.ts'
import { type FeePlan, type FeeQuote, marketFee, planFees, withL1Margin } from '../chains/fees.ts'
import { noBaseFee } from '../chains/fees-to-sign.ts'
import { feeLimit, fixedLimit } from './fee-limit.ts'
import { fundedWei, leastFee, newestAttempt, raisesGas } from './replacement.ts'
import { isOverdue, type Turn } from './replacement-due.ts'
import { isRefusedForFee } from './send-refusal.ts'
import type { Transaction } from './transaction.ts'

/** Why no attempt within the fee limits can get the transaction into a block now. */
export type PriceWait =
  /**
   * `past-value`: the value of a native sweep, an order to sweep dust or a cap does not pay for the
   * next bump (MONEY 9, 15, 26).
   */
  | {
      readonly kind: 'above-ceiling' | 'no-base-fee' | 'past-value'
      readonly reason: 'gas-price'
      readonly detail: string
    }
  /**
   * The funded gas does not pay for the next attempt. Another gas round would fund `fees` ×
   * `gasLimit` (MONEY 8).
   */
  | {
      readonly kind: 'past-cap'
      readonly reason: 'gas-price' | 'gas-limit'
      readonly fees: FeePlan
      readonly gasLimit: bigint
      readonly detail: string
    }

/** Facts about the next attempt of a signed transaction. */
export interface NextAttempt {
  /**
   * Gas limit of the next attempt. It is higher if nodes rejected the newest attempt for its limit.
   * @default the limit of the newest attempt
   */
  readonly gasLimit?: bigint
  /**
   * Given only for a long unmined transaction. A bump of such a transaction may be due although the
   * newest attempt offers the market price.
   */
  readonly turn?: Turn | undefined
}

/**
 * Decides whether a signed transaction has to wait for a lower price, or for more funded gas.
 * undefined where the signed fee is high enough, or where a bump within the limits is possible.
 */
export function judgePrice(
  chain: Pick<Chain, 'feeMode' | 'gas'>,
  quote: FeeQuote,
  transaction: Transaction,
  { turn, gasLimit = newestAttempt(transaction).gasLimit }: NextAttempt = {},
): PriceWait | undefined {
  const { feeMode, gas } = chain
  const marketWei = marketFee(quote, feeMode, gas)
  const { maxFeeWei } = newestAttempt(transaction)
  const moreGas = raisesGas(transaction, gasLimit)
  const outbid = maxFeeWei < marketWei
  if (!outbid && !moreGas && !wantsMore(chain, transaction, marketWei, turn)) return undefined
  const neededWei = largerOf(leastFee(transaction, gasLimit, maxFeeWei), marketWei)
  const asks = outbid
    ? `the market price is ${marketWei} wei per gas`
    : `the next bump takes ${inGwei(neededWei)} per gas`
  const amount = (wei: bigint) => (outbid ? String(wei) : inGwei(wei))
  const planned = planFees(quote, feeMode, gas)
  if (planned.kind === 'no-base-fee') {
    const detail = `${noBaseFee(quote)}: the transaction keeps its signed fee of ${maxFeeWei} wei per gas until a block has a base fee`
    return { kind: 'no-base-fee', reason: 'gas-price', detail }
  }
  if (planned.kind === 'above-ceiling' || neededWei > gas.maxFeeWei) {
    const detail = outbid
      ? `${asks}, ${maxFeeWei} wei are signed, the ceiling is ${gas.maxFeeWei} (gas.maxFeeGwei)`
      : `${asks}, the ceiling is ${amount(gas.maxFeeWei)} (gas.maxFeeGwei)`
    return { kind: 'above-ceiling', reason: 'gas-price', detail }
  }
  const limit = feeLimit(chain, transaction, gasLimit)
  if (neededWei <= limit.wei) return undefined
  // More gas money does not help where an order's cost limit or a cap forbids the bump.
  const fixed = fixedLimit(chain, transaction, gasLimit)
  if (limit.by !== 'funded' || fixed.wei < neededWei) {
    const payer = limit.by === 'funded' ? fixed : limit
    const detail = `${asks}, ${payer.by} pays at most ${amount(payer.wei)}`
    return { kind: 'past-value', reason: 'gas-price', detail }
  }
  // The gas money contains the margin of the L1 fee.
  const l1FeeWei = withL1Margin(transaction.l1FeeWei)
  const capped = mostCappedFee(gas, { gasLimit, l1FeeWei }).wei
  const upToLimit = (wei: bigint) =>
    largerOf(neededWei, smallerOf(wei, smallerOf(fixed.wei, capped)))
  return {
    kind: 'past-cap',
    reason: moreGas ? 'gas-limit' : 'gas-price',
    gasLimit,
    // Nodes accept no bump below `neededWei`. Where the tip is most of the price, `neededWei` is
    // above the start of a first attempt.
    fees: {
      ...planned.fees,
      startWei: upToLimit(largerOf(planned.fees.startWei, neededWei)),
      capWei: upToLimit(
        largerOf(
          planned.fees.capWei,
          outbid || moreGas ? neededWei : smallerOf(threeBumps(neededWei), gas.maxFeeWei),
        ),
      ),
    },
    detail: moreGas
      ? `the node rejects a gas limit of ${newestAttempt(transaction).gasLimit} and estimates that ${gasLimit} are needed; ${fundedWei(transaction)} wei of funded gas do not pay for that at ${neededWei} wei per gas: another gas round follows`
      : `${asks}, ${amount(limit.wei)} were funded: another gas round follows`,
  }
}

/**
 * MONEY 8: returns whether a bump is due although the newest attempt offers the market price, and
 * whether a higher fee can help.
 */
function wantsMore(
  { gas }: Pick<Chain, 'gas'>,
  transaction: Transaction,
  marketWei: bigint,
  turn: Turn | undefined,
): boolean {
  if (!turn) return false
  const { bumpAfterBlocks } = gas
  if (!isOverdue({ transaction, marketWei, bumpAfterBlocks, ...turn })) return false
  const newest = newestAttempt(transaction)
  // A higher fee does not help if nodes reject the transaction silently, or for a reason other than
  // its fee.
  const isHeld = transaction.refusal === null && newest.lastError === null
  return isHeld || isRefusedForFee(newest)
}

/**
 * Returns a cap with room for two more bumps after a bump to `firstWei`. Some nodes require 30 %
 * more for a replacement (besu #3128); the third bump reaches 30 %.
 */
function threeBumps(firstWei: bigint): bigint {
  return (firstWei * 4n + 2n) / 3n
}
