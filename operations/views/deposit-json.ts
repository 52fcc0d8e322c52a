import { getAddress } from 'viem/utils'
import { formatState } from '../../domain/deposits/deposit-state.ts'
import type { DepositView } from '../../domain/deposits/deposit-view.ts'
import { sweepWorkflowId } from '../../workflows/contract.ts'
import type { AssetNames } from './asset-names.ts'

/**
 * A deposit in the output of every verb. Other tools rely on these keys.
 */
export interface DepositJson {
  readonly id: string
  readonly chainId: number
  /** The asset's symbol, or the address of a token that is not listed. */
  readonly asset: string
  /** EIP-55 */
  readonly wallet: string
  /** Smallest unit. */
  readonly amount: string
  /** With its reason: `waiting(keeper-low)`. */
  readonly state: string
  readonly reason: string
  readonly since: string
  readonly sweepId: string | null
  readonly workflowId: string
  readonly gasTx: string | null
  readonly sweepTx: string | null
  /** Fees of the whole sweep, in wei. Each deposit of the sweep repeats them. */
  readonly gasSpent: string | null
  /**
   * The deposit's share of `gasSpent`, in wei. The shares of a sweep add up to its `gasSpent`. null
   * until the sweep is closed and covers the deposit.
   */
  readonly gasShare: string | null
  /** EIP-55; null for the native coin. */
  readonly token: string | null
  readonly decimals: number | null
  readonly detail: string
  readonly txHash: string
  readonly blockNumber: number
  readonly confirmedAt: string | null
}

export function toDepositJson(view: DepositView, names: AssetNames): DepositJson {
  const { deposit, gasTx, sweepTx, gasSpentWei, gasShareWei } = view
  const { chainId, asset } = deposit
  return {
    id: deposit.id,
    chainId,
    asset: names.symbol(chainId, asset),
    wallet: getAddress(deposit.wallet),
    amount: deposit.amount.toString(),
    state: formatState(deposit.state, deposit.reason),
    reason: deposit.reason,
    since: deposit.since.toISOString(),
    sweepId: deposit.sweepId,
    workflowId: sweepWorkflowId(deposit.id),
    gasTx,
    sweepTx,
    gasSpent: gasSpentWei?.toString() ?? null,
    gasShare: gasShareWei?.toString() ?? null,
    token: asset === 'native' ? null : getAddress(asset),
    decimals: names.decimals(chainId, asset) ?? null,
    detail: deposit.detail,
    txHash: deposit.txHash,
    blockNumber: Number(deposit.blockNumber),
    confirmedAt: deposit.confirmedAt?.toISOString() ?? null,
  }
}
