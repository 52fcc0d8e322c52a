import type { Address, Hash } from '../../domain/address.ts'
import { planNativeSweep } from '../../domain/sweeps/gas-plan.ts'
import type { MoneyChain } from '../../transactions/sign/money-chain.ts'
import { type TransferGas, transferGasLimit } from '../../transactions/sign/transfer-gas.ts'
import type { Attention, Finished, Parked, Planned } from '../../workflows/contract.ts'
import { inUnits, park, quoteFees } from '../step/outcomes.ts'
import {
  at,
  ignoreDust,
  judgeEmpty,
  judgeKey,
  type PlanContext,
  waitForCheaperGas,
} from './plan-context.ts'

/**
 * Plans a native sweep. The wallet pays its own transfer, so nothing is funded (MONEY 9). The value
 * is fixed at signing.
 */
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
  const quoted = await quoteFees(deps, chain, at(context))
  if (quoted.kind === 'parked') return quoted
  const limit = await nativeGasLimit(chain, deposit.wallet, head.hash)
  if (limit.kind === 'above-record') return await park(deps, at(context), 'gas-limit', limit.detail)
  const gasLimit = limit.gas
  const plan = planNativeSweep({
    balanceWei: balance,
    gasLimit,
    fees: quoted.fees,
    l1FeeWei: await chain.state.rollupFee({
      to: chain.chain.coldWallet,
      valueWei: balance,
      data: '0x',
      gasLimit,
      maxFeeWei: quoted.fees.startWei,
    }),
    remainder: chain.chain.nativeRemainder,
  })
  if (plan.kind === 'too-small') return await waitForCheaperGas(context, balance)
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

/**
 * Estimates with 1 wei, for a cold wallet with code (a Safe), because the value depends on the gas.
 */
async function nativeGasLimit(
  chain: MoneyChain,
  wallet: Address,
  atBlock: Hash,
): Promise<Exclude<TransferGas, { kind: 'reverted' }>> {
  const transfer = { from: wallet, to: chain.chain.coldWallet, valueWei: 1n }
  const limit = await transferGasLimit(chain, transfer, atBlock)
  if (limit.kind === 'reverted')
    throw new Error(`native transfer to the cold wallet reverts: ${limit.reason}`)
  return limit
}
