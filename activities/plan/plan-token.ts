import type { Address, Hex } from '../../domain/address.ts'
import { encodeTransfer, transferAccepted } from '../../domain/chains/erc20.ts'
import type { ChainState } from '../../domain/chains/nodes/chain-state.ts'
import { withMargin } from '../../domain/chains/transfer-gas.ts'
import { NotYet } from '../../domain/money-errors.ts'
import { planTokenGas } from '../../domain/sweeps/gas-plan.ts'
import type { Attention, Finished, Parked, Planned } from '../../workflows/contract.ts'
import type { ActivityDeps } from '../step/activity-deps.ts'
import { inUnits, quoteFees } from '../step/outcomes.ts'
import {
  at,
  ignoreDust,
  judgeEmpty,
  judgeKey,
  type PlanContext,
  refuseToken,
} from './plan-context.ts'

/** Plans a token sweep: balance, dust, key, simulation, gas estimate, fees, and the missing gas. */
export async function planToken(
  context: PlanContext,
): Promise<Planned | Parked | Attention | Finished> {
  const { deps, chain, asset, deposit, sweep, head } = context
  const token = asset.id as Address
  const balance = await chain.state.tokenBalance(token, deposit.wallet, head.hash)
  if (balance === 0n) return await judgeEmpty(context)
  if (balance < asset.min)
    return await ignoreDust(context, balance, `below the minimum ${inUnits(asset.min, asset)}`)
  const badKey = await judgeKey(context)
  if (badKey) return badKey
  const call = {
    from: deposit.wallet,
    to: token,
    data: encodeTransfer(chain.chain.coldWallet, balance),
  }
  const simulated = await chain.state.simulate(call, head.hash)
  if (simulated.kind === 'reverted')
    return await refuseToken(context, `transfer reverts: ${simulated.reason}`)
  if (!transferAccepted(simulated.data)) return await refuseToken(context, 'transfer answers false')
  const estimate = await estimateTransfer(context, call)
  if (estimate.kind === 'reverted')
    return await refuseToken(context, `transfer reverts: ${estimate.reason}`)
  const quoted = await quoteFees(deps, chain, at(context))
  if (quoted.kind === 'parked') return quoted
  const gasLimit = withMargin(estimate.gas)
  const plan = planTokenGas({
    gasLimit,
    fees: quoted.fees,
    l1FeeWei: await chain.state.rollupFee({
      to: token,
      valueWei: 0n,
      data: call.data,
      gasLimit,
      maxFeeWei: quoted.fees.capWei,
    }),
    walletBalanceWei: await chain.state.nativeBalance(deposit.wallet, head.hash),
  })
  await deps.sweeps.savePlan(sweep.id, {
    amount: balance,
    block: head.number,
    gasLimit: plan.gasLimit,
    feeCapWei: plan.capWei,
    gasShortWei: plan.shortWei,
  })
  await deps.sweeps.setState({
    depositId: deposit.id,
    state: plan.shortWei > 0n ? 'funding' : 'sweeping',
    reason: '',
    detail: '',
  })
  return {
    kind: 'planned',
    sweepId: sweep.id,
    amount: inUnits(balance, asset),
    gasShortWei: plan.shortWei.toString(),
  }
}

/** Blocks that must pass between two reverted estimates. */
const blocksBetween = 2n
/**
 * Maximum number of entries in `reverted`. An overflow clears all entries, and each affected
 * deposit then needs one more estimate.
 */
const most = 10_000

/** Height of the first reverted estimate, by deposit, in this process. */
const reverted = new WeakMap<ActivityDeps, Map<string, bigint>>()

/**
 * Gas of a transfer whose simulation at the same block succeeded. A node may estimate on an older
 * state than it simulates on, without the newest deposit (besu #7414, skaled #1746), and a balancer
 * may route to another node. A revert counts only if a second estimate, some blocks later, reverts
 * too.
 * @throws NotYet until then
 */
export async function estimateTransfer(
  { deps, chain, deposit, head }: PlanContext,
  call: { readonly from: Address; readonly to: Address; readonly data: Hex },
): ReturnType<ChainState['estimateGas']> {
  const seen = reverted.get(deps) ?? new Map<string, bigint>()
  reverted.set(deps, seen)
  // The estimate names the same block, so that a node behind that block reports the missing block
  // instead of a reverted transfer.
  const estimate = await chain.state.estimateGas({ ...call, valueWei: 0n }, head.number)
  const before = seen.get(deposit.id)
  if (estimate.kind === 'gas' || (before !== undefined && head.number >= before + blocksBetween)) {
    seen.delete(deposit.id)
    return estimate
  }
  if (before === undefined) {
    if (seen.size >= most) seen.clear()
    seen.set(deposit.id, head.number)
  }
  throw new NotYet(`transfer simulates, but its gas estimate reverts: ${estimate.reason}`)
}
