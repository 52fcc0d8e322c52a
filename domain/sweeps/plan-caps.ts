import type { Address } from '../address.ts'
import { smallerOf } from '../amount.ts'
import { type CostCaps, mostCappedFee, whyAboveCap, whyAboveGasCap } from '../chains/caps.ts'
import { type FeePlan, withL1Margin } from '../chains/fees.ts'
import { plainTransferGas } from '../chains/transfer-gas.ts'
import {
  attention,
  need,
  type PlanFacts,
  type PlanStep,
  type PlanSubject,
  wait,
} from './plan-step.ts'

/** MONEY 26: a gas limit above the operator's cap needs an operator. */
export function judgeGasLimit(
  { chain, asset }: PlanSubject,
  { recordedGas }: PlanFacts,
  gasLimit: bigint,
): PlanStep | undefined {
  const attempt = { asset: asset.id, gasLimit, transferGas: recordedGas ?? plainTransferGas }
  const above = whyAboveGasCap(chain, attempt)
  if (above === undefined) return undefined
  if (recordedGas === undefined) return need('recordedGas')
  // On Arbitrum the gas contains the price of the L1, which falls again.
  return chain.rollup === 'arbitrum' ? wait('gas-limit', above) : attention('gas-limit', above)
}

/**
 * MONEY 28: the keeper sends nothing to a wallet with code. The code would run on the keeper's gas,
 * and could send the gas money on.
 */
export const delegatedElsewhere = (wallet: Address): string =>
  `the wallet ${wallet} has code (an EIP-7702 delegation or a contract), so the keeper sends no gas money there`

/**
 * MONEY 26: lowers the fee cap of a token transfer, so that no gas is funded that the signer would
 * not spend. Returns the reason if even the first attempt costs more than the caps allow.
 */
export function withinCaps(
  caps: CostCaps,
  fees: FeePlan,
  gasLimit: bigint,
  l1FeeWei: bigint,
): FeePlan | string {
  // The gas money contains the margin of the L1 fee, and all rounds together are capped too.
  const withMargin = { gasLimit, l1FeeWei: withL1Margin(l1FeeWei) }
  const above = whyAboveCap(caps, { ...withMargin, maxFeeWei: fees.startWei })
  if (above !== undefined) return above
  const { wei } = mostCappedFee(caps, withMargin)
  return { ...fees, capWei: smallerOf(fees.capWei, wei) }
}
