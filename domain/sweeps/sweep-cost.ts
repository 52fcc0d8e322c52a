import { type FeePlan, withL1Margin } from '../chains/fees.ts'
import { plainTransferGas } from '../chains/transfer-gas.ts'

/**
 * Returns the part of a wallet's native balance that its sweep reserves for fees, in wei (MONEY 9).
 */
export function nativeSweepCost(input: {
  readonly gasLimit: bigint
  readonly fees: Pick<FeePlan, 'startWei'>
  readonly l1FeeWei: bigint
}): bigint {
  return input.gasLimit * input.fees.startWei + withL1Margin(input.l1FeeWei)
}

/**
 * Returns the most that a token sweep costs, in wei: the gas money of the transfer, and the
 * keeper's fee for sending that money (MONEY 8). The part that the transfer does not use stays in
 * the wallet as gas money for its next sweep.
 */
export function tokenSweepCost(input: {
  readonly gasLimit: bigint
  readonly feeCapWei: bigint
  readonly l1FeeWei: bigint
  /** Whether the keeper sends gas money first. */
  readonly isFunded: boolean
}): bigint {
  const { gasLimit, feeCapWei, l1FeeWei, isFunded } = input
  const transfer = gasLimit * feeCapWei + withL1Margin(l1FeeWei)
  return isFunded ? transfer + plainTransferGas * feeCapWei + l1FeeWei : transfer
}
