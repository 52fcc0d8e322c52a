import type { ListedAsset } from '../../domain/chains/asset.ts'
import { findAsset } from '../../domain/chains/chain.ts'
import type { Deposit } from '../../domain/deposits/deposit.ts'
import { BadInput } from '../../domain/money-errors.ts'
import type { DustLimits } from '../../domain/sweeps/dust-order.ts'
import type { Sweep, SweepPlan } from '../../domain/sweeps/sweep.ts'
import type { MoneyChain } from '../../transactions/sign/money-chain.ts'
import type { Replan, SweepRequest } from '../../workflows/contract.ts'
import type { ActivityDeps } from './activity-deps.ts'
import { chainOf, holder } from './activity-deps.ts'

/** A sweep that this run drives, with its plan. */
export interface ClaimedSweep {
  readonly chain: MoneyChain
  readonly asset: ListedAsset
  readonly deposit: Deposit
  readonly sweep: Sweep
  readonly plan: SweepPlan
}

/**
 * Renews the lease and reads the sweep that this run drives (MONEY 10). Returns `replan` if the
 * lease is lost, or if the sweep is closed or has no plan or no listed asset.
 */
export async function claimed(
  deps: ActivityDeps,
  request: SweepRequest,
): Promise<ClaimedSweep | Replan> {
  if (!(await deps.sweeps.renew(request.sweepId, holder(), deps.leaseMs))) {
    return { kind: 'replan', why: 'the sweep is closed, or another workflow drives it' }
  }
  const [deposit, sweep] = await Promise.all([
    deps.sweeps.deposit(request.depositId),
    deps.sweeps.find(request.sweepId),
  ])
  if (!deposit || !sweep)
    throw new BadInput(`no deposit ${request.depositId} with sweep ${request.sweepId}`)
  const chain = chainOf(deps, sweep.chainId)
  const asset = findAsset(chain.chain, sweep.asset)
  if (!asset) return { kind: 'replan', why: 'the asset is no longer listed' }
  if (!sweep.plan) return { kind: 'replan', why: 'the sweep has no plan' }
  return { chain, asset, deposit, sweep, plan: sweep.plan }
}

/**
 * Returns the limits of the operator's order if the run sweeps dust; undefined otherwise (MONEY
 * 15).
 * @param balance the balance that is swept, in the smallest unit
 */
export async function dustLimitsOf(
  { sweeps }: Pick<ActivityDeps, 'sweeps'>,
  { deposit, asset }: Pick<ClaimedSweep, 'deposit' | 'asset'>,
  balance: bigint,
): Promise<DustLimits | undefined> {
  const { id, dustOrderId = null } = deposit
  return dustOrderId === null || balance >= asset.min ? undefined : await sweeps.dustOrder(id)
}

export function isReplan(value: ClaimedSweep | Replan): value is Replan {
  return 'kind' in value
}
