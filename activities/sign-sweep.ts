import type { Address } from '../domain/address.ts'
import { smallerOf } from '../domain/amount.ts'
import { encodeTransfer } from '../domain/erc20.ts'
import { type FeePlan, planFees } from '../domain/fees.ts'
import { planNativeSweep } from '../domain/gas-plan.ts'
import { NotYet } from '../domain/money-errors.ts'
import type { Transaction } from '../domain/transaction.ts'
import { type OpenRequest, openTransaction } from '../transactions/open-transaction.ts'
import type { Attention, Parked, Replan } from '../workflows/contract.ts'
import type { ClaimedSweep } from './claimed-sweep.ts'
import type { ActivityDeps } from './deps.ts'
import { park, refused } from './outcomes.ts'

type SignAnswer =
  | { readonly kind: 'signed'; readonly transaction: Transaction }
  | Replan
  | Parked
  | Attention
type Money = Pick<OpenRequest, 'intent' | 'fees' | 'l1FeeWei'>

/** Balances and fees are read anew, at or after the gas: what is signed is what is there, within what was funded. */
export async function signSweep(deps: ActivityDeps, found: ClaimedSweep): Promise<SignAnswer> {
  const { chain, deposit, plan, sweep } = found
  const quoted = planFees(await chain.state.feeQuote(), chain.chain.feeMode, chain.chain.gas)
  if (quoted.kind === 'above-ceiling') {
    return await park(
      deps,
      { depositId: deposit.id, sweepId: sweep.id },
      'gas-price',
      'gas is above the chain’s ceiling',
    )
  }
  const head = await chain.state.head()
  if (head.number < plan.block) throw new NotYet('the node is behind the plan')
  const balanceWei = await chain.state.nativeBalance(sweep.wallet, head.hash)
  const money =
    found.asset.id === 'native'
      ? await nativeMoney(found, quoted.fees, balanceWei)
      : await tokenMoney(found, quoted.fees, balanceWei, head.hash)
  if ('kind' in money) return money
  const answer = await openTransaction(chain, deps.lanes, deps.limits.sweepRounds, {
    sweepId: sweep.id,
    step: 'sweep',
    ...money,
    feeCapWei: plan.feeCapWei,
    balanceBlock: head.number,
  })
  if (answer.kind === 'signed') return answer
  return await refused(deps, { depositId: deposit.id, sweepId: sweep.id }, answer)
}

async function nativeMoney(
  { chain, sweep, plan }: ClaimedSweep,
  fees: FeePlan,
  balanceWei: bigint,
): Promise<Money | Replan> {
  const l1FeeWei = await chain.state.rollupFee({
    to: chain.chain.coldWallet,
    valueWei: balanceWei,
    data: '0x',
    gasLimit: plan.gasLimit,
    maxFeeWei: fees.startWei,
  })
  const native = planNativeSweep({
    balanceWei,
    gasLimit: plan.gasLimit,
    fees,
    l1FeeWei,
    remainder: chain.chain.nativeRemainder,
  })
  if (native.kind === 'too-small')
    return { kind: 'replan', why: 'the balance does not pay for its transfer any more' }
  return {
    intent: {
      kind: 'sweep-native',
      chainId: chain.chain.id,
      wallet: sweep.wallet,
      valueWei: native.valueWei,
    },
    fees: native.fees,
    l1FeeWei,
  }
}

/** MONEY 8: attempts stay within the funded cap; where the market is above it, another gas round comes first. */
async function tokenMoney(
  { chain, sweep, plan }: ClaimedSweep,
  fees: FeePlan,
  balanceWei: bigint,
  atBlock: `0x${string}`,
): Promise<Money | Replan> {
  const token = sweep.asset as Address
  const maxFeeWei = smallerOf(fees.startWei, plan.feeCapWei)
  if (plan.feeCapWei < fees.marketWei)
    return { kind: 'replan', why: 'gas costs more than was funded' }
  const amount = await chain.state.tokenBalance(token, sweep.wallet, atBlock)
  if (amount === 0n) return { kind: 'replan', why: 'the wallet holds nothing any more' }
  const l1FeeWei = await chain.state.rollupFee({
    to: token,
    valueWei: 0n,
    data: encodeTransfer(chain.chain.coldWallet, amount),
    gasLimit: plan.gasLimit,
    maxFeeWei,
  })
  if (balanceWei < plan.gasLimit * maxFeeWei + l1FeeWei)
    return { kind: 'replan', why: 'the wallet has less gas than was planned' }
  return {
    intent: {
      kind: 'sweep-token',
      chainId: chain.chain.id,
      wallet: sweep.wallet,
      token,
      amount,
    },
    fees: {
      gasLimit: plan.gasLimit,
      maxFeeWei,
      maxPriorityFeeWei: smallerOf(fees.priorityFeeWei, maxFeeWei),
    },
    l1FeeWei,
  }
}
