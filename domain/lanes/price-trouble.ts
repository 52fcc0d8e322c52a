import { largerOf, smallerOf } from '../amount.ts'
import type { Chain } from '../chains/chain.ts'
import { type FeePlan, type FeeQuote, marketFee, planFees } from '../chains/fees.ts'
import { feeLimit } from './fee-limit.ts'
import { noBaseFee } from './fees-to-sign.ts'
import {
  fundedWei,
  isOverdue,
  leastFee,
  newestAttempt,
  raisesGas,
  type Turn,
} from './replacement.ts'
import { inGwei, isRefusedForFee } from './send-refusal.ts'
import type { Transaction } from './transaction.ts'

/** Why no attempt that the lane loop may sign would bring a transaction into a block now. */
export type PriceTrouble =
  /** `past-value`: a native sweep pays for its bumps itself (MONEY 9). */
  | {
      readonly kind: 'above-ceiling' | 'no-base-fee' | 'past-value'
      readonly reason: 'gas-price'
      readonly detail: string
    }
  /** Another gas round would fund `fees` for `gasLimit` (MONEY 8). */
  | {
      readonly kind: 'past-cap'
      readonly reason: 'gas-price' | 'gas-limit'
      readonly fees: FeePlan
      readonly gasLimit: bigint
      readonly detail: string
    }

export interface NextAttempt {
  /**
   * Higher than the newest one's where nodes refused that for its limit. @default the newest one's
   */
  readonly gasLimit?: bigint
  /**
   * Given where it is in no block for long: another attempt may be due then though it offers the
   * market's price.
   */
  readonly turn?: Turn | undefined
}

/** undefined where what is signed offers enough for now, or an attempt within its limits would. */
export function judgePrice(
  chain: Pick<Chain, 'feeMode' | 'gas'>,
  quote: FeeQuote,
  transaction: Transaction,
  { turn, gasLimit = newestAttempt(transaction).gasLimit }: NextAttempt = {},
): PriceTrouble | undefined {
  const { feeMode, gas } = chain
  const marketWei = marketFee(quote, feeMode, gas)
  const { maxFeeWei } = newestAttempt(transaction)
  const moreGas = raisesGas(transaction, gasLimit)
  const outbid = maxFeeWei < marketWei
  if (!outbid && !moreGas && !wantsMore(chain, transaction, marketWei, turn)) return undefined
  const neededWei = largerOf(leastFee(transaction, gasLimit, maxFeeWei), marketWei)
  const asks = outbid
    ? `the chain asks ${marketWei} wei per gas`
    : `the next bump takes ${inGwei(neededWei)} per gas`
  const amount = (wei: bigint) => (outbid ? String(wei) : inGwei(wei))
  const planned = planFees(quote, feeMode, gas)
  if (planned.kind === 'no-base-fee') {
    const detail = `${noBaseFee(quote)}: the transaction stays as it is signed, at ${maxFeeWei} wei per gas, until one has`
    return { kind: 'no-base-fee', reason: 'gas-price', detail }
  }
  if (planned.kind === 'above-ceiling' || neededWei > gas.maxFeeWei) {
    const detail = outbid
      ? `${asks}, ${maxFeeWei} are signed, the ceiling is ${gas.maxFeeWei}`
      : `${asks}, the ceiling is ${amount(gas.maxFeeWei)} (gas.maxFeeGwei)`
    return { kind: 'above-ceiling', reason: 'gas-price', detail }
  }
  const limit = feeLimit(chain, transaction, gasLimit)
  if (neededWei <= limit.wei) return undefined
  if (limit.by !== 'funded') {
    const detail = `${asks}, its own value pays at most ${amount(limit.wei)}`
    return { kind: 'past-value', reason: 'gas-price', detail }
  }
  return {
    kind: 'past-cap',
    reason: moreGas ? 'gas-limit' : 'gas-price',
    gasLimit,
    // A node takes no bump below `neededWei`, and where tips are most of the price that is more
    // than a first attempt's start.
    fees: {
      ...planned.fees,
      startWei: largerOf(planned.fees.startWei, neededWei),
      capWei: largerOf(
        planned.fees.capWei,
        outbid || moreGas ? neededWei : smallerOf(threeBumps(neededWei), gas.maxFeeWei),
      ),
    },
    detail: moreGas
      ? `the node refuses a gas limit of ${newestAttempt(transaction).gasLimit} and estimates that ${gasLimit} are needed, which ${fundedWei(transaction)} wei of funded gas do not pay at ${neededWei} wei per gas: another gas round follows`
      : `${asks}, ${amount(limit.wei)} were funded: another gas round follows`,
  }
}

/**
 * MONEY 8: whether the replacement policy wants a higher fee though the market's is offered, and
 * that may help.
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
  // What nodes refuse for anything else, in words or in silence, gets into no block by a higher
  // fee.
  const isHeld = transaction.refusal === null && newest.lastError === null
  return isHeld || isRefusedForFee(newest)
}

/**
 * Room for two more bumps after the one of `firstWei`: nodes that want 30 % more (besu #3128) take
 * the third.
 */
function threeBumps(firstWei: bigint): bigint {
  return (firstWei * 4n + 2n) / 3n
}
