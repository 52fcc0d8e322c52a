import type { Address, Hash } from '../domain/address.ts'
import { planNativeSweep, withMargin } from '../domain/gas-plan.ts'
import { plainTransferGas } from '../domain/keeper-level.ts'
import type { MoneyChain } from '../transactions/money-chain.ts'
import type { Attention, Finished, Parked, Planned } from '../workflows/contract.ts'
import { inUnits } from './outcomes.ts'
import { ignoreDust, judgeEmpty, judgeKey, type PlanContext, quoteFees } from './plan-context.ts'

/** Native: the wallet pays its own transfer, so there is nothing to fund (MONEY 9). The value is settled when it is signed. */
export async function planNative(
  context: PlanContext,
): Promise<Planned | Parked | Attention | Finished> {
  const { deps, chain, asset, deposit, sweep, head } = context
  const balance = await chain.state.nativeBalance(deposit.wallet, head.hash)
  if (balance === 0n) return await judgeEmpty(context)
  if (balance < asset.min)
    return await ignoreDust(context, balance, `below the minimum ${inUnits(asset.min, asset)}`)
  const badKey = await judgeKey(context)
  if (badKey) return badKey
  const quoted = await quoteFees(context)
  if (quoted.kind === 'parked') return quoted
  const gasLimit = await nativeGasLimit(chain, deposit.wallet, head.hash)
  const plan = planNativeSweep({
    balanceWei: balance,
    gasLimit,
    fees: quoted.fees,
    l1FeeWei: 0n,
    remainder: chain.chain.nativeRemainder,
  })
  if (plan.kind === 'too-small')
    return await ignoreDust(context, balance, 'its own transfer would cost more')
  await deps.sweeps.savePlan(sweep.id, {
    amount: balance,
    block: head.number,
    gasLimit,
    feeCapWei: quoted.fees.capWei,
    gasShortWei: 0n,
  })
  await deps.sweeps.setState({ depositId: deposit.id, state: 'sweeping', reason: '', detail: '' })
  return {
    kind: 'planned',
    sweepId: sweep.id,
    amount: inUnits(plan.valueWei, asset),
    gasShortWei: '0',
  }
}

/** MONEY 9: 21,000 only where the cold wallet has no code; a contract (a Safe) is estimated, with 1 wei. */
async function nativeGasLimit(chain: MoneyChain, wallet: Address, atBlock: Hash): Promise<bigint> {
  const { coldWallet } = chain.chain
  if ((await chain.state.code(coldWallet, atBlock)) === '0x') return plainTransferGas
  const estimate = await chain.state.estimateGas({
    from: wallet,
    to: coldWallet,
    data: '0x',
    valueWei: 1n,
  })
  if (estimate.kind === 'reverted')
    throw new Error(`the cold wallet refuses native coin: ${estimate.reason}`)
  return withMargin(estimate.gas)
}
