import type { Address } from '../../domain/address.ts'
import { encodeTransfer, transferAccepted } from '../../domain/chains/erc20.ts'
import { withMargin } from '../../domain/chains/transfer-gas.ts'
import { planTokenGas } from '../../domain/sweeps/gas-plan.ts'
import type { Attention, Finished, Parked, Planned } from '../../workflows/contract.ts'
import { inUnits } from '../step/outcomes.ts'
import { quoteFees } from '../step/quote-fees.ts'
import { estimateTransfer } from './estimate-transfer.ts'
import {
  at,
  ignoreDust,
  judgeEmpty,
  judgeKey,
  type PlanContext,
  refuseToken,
} from './plan-context.ts'

/**
 * Token: balance, dust, key, simulated transfer, gas estimate, fees; then how much gas the wallet
 * lacks.
 */
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
