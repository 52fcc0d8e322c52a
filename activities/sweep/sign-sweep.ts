import type { Address } from '../../domain/address.ts'
import { largerOf, smallerOf } from '../../domain/amount.ts'
import { encodeTransfer } from '../../domain/chains/erc20.ts'
import type { FeePlan } from '../../domain/chains/fees.ts'
import { withMargin } from '../../domain/chains/transfer-gas.ts'
import type { Transaction } from '../../domain/lanes/transaction.ts'
import { NotYet } from '../../domain/money-errors.ts'
import { planNativeSweep } from '../../domain/sweeps/gas-plan.ts'
import { type OpenRequest, openTransaction } from '../../transactions/sign/open-transaction.ts'
import type { Attention, Parked, Replan } from '../../workflows/contract.ts'
import type { ActivityDeps } from '../step/activity-deps.ts'
import type { ClaimedSweep } from '../step/claimed-sweep.ts'
import { quoteFees, refused } from '../step/outcomes.ts'

type SignAnswer =
  | { readonly kind: 'signed'; readonly transaction: Transaction }
  | Replan
  | Parked
  | Attention
type Money = Pick<OpenRequest, 'intent' | 'fees' | 'feeCapWei' | 'l1FeeWei'>

/**
 * Signs a sweep of the wallet's current balance, within the funded gas. Balances and fees are read
 * again, at or after the gas transaction's block.
 */
export async function signSweep(deps: ActivityDeps, found: ClaimedSweep): Promise<SignAnswer> {
  const { chain, deposit, plan, sweep } = found
  const at = { depositId: deposit.id, sweepId: sweep.id }
  const quoted = await quoteFees(deps, chain, at)
  if (quoted.kind === 'parked') return quoted
  const head = await chain.state.head()
  if (head.number < plan.block) throw new NotYet('the node is behind the plan')
  const balanceWei = await chain.state.nativeBalance(sweep.wallet, head.hash)
  const money =
    found.asset.id === 'native'
      ? await nativeMoney(found, quoted.fees, balanceWei)
      : await tokenMoney(found, quoted.fees, balanceWei, head.hash)
  if ('kind' in money) return money
  const answer = await openTransaction(chain, deps, deps.limits.sweepRounds, {
    sweepId: sweep.id,
    step: 'sweep',
    ...money,
    balanceBlock: head.number,
  })
  if (answer.kind === 'signed') return answer
  return await refused(deps, at, answer)
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
    return { kind: 'replan', why: 'the balance no longer pays for its transfer' }
  return {
    intent: {
      kind: 'sweep-native',
      chainId: chain.chain.id,
      wallet: sweep.wallet,
      valueWei: native.valueWei,
    },
    fees: native.fees,
    feeCapWei: plan.feeCapWei,
    l1FeeWei,
  }
}

/**
 * MONEY 8: attempts stay within the funded gas. If the market price, or on Arbitrum the gas limit,
 * needs more, another gas round comes first.
 */
async function tokenMoney(
  found: ClaimedSweep,
  fees: FeePlan,
  balanceWei: bigint,
  atBlock: `0x${string}`,
): Promise<Money | Replan> {
  const { chain, sweep, plan } = found
  const token = sweep.asset as Address
  const amount = await chain.state.tokenBalance(token, sweep.wallet, atBlock)
  if (amount === 0n) return { kind: 'replan', why: 'the wallet is empty' }
  const gasLimit = await gasLimitNow(found, token, amount)
  // The funded amount is gas limit × fee cap, so a higher limit leaves a lower cap.
  const feeCapWei = (plan.gasLimit * plan.feeCapWei) / gasLimit
  const maxFeeWei = smallerOf(fees.startWei, feeCapWei)
  if (feeCapWei < fees.marketWei) return { kind: 'replan', why: 'gas costs more than was funded' }
  const l1FeeWei = await chain.state.rollupFee({
    to: token,
    valueWei: 0n,
    data: encodeTransfer(chain.chain.coldWallet, amount),
    gasLimit,
    maxFeeWei,
  })
  if (balanceWei < gasLimit * maxFeeWei + l1FeeWei)
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
      gasLimit,
      maxFeeWei,
      maxPriorityFeeWei: smallerOf(fees.priorityFeeWei, maxFeeWei),
    },
    feeCapWei,
    l1FeeWei,
  }
}

/** Estimates again on Arbitrum, whose gas limit includes the L1 price at that moment (MONEY 8). */
async function gasLimitNow(
  { chain, sweep, plan }: ClaimedSweep,
  token: Address,
  amount: bigint,
): Promise<bigint> {
  if (chain.chain.rollup !== 'arbitrum') return plan.gasLimit
  const data = encodeTransfer(chain.chain.coldWallet, amount)
  const call = { from: sweep.wallet, to: token, data, valueWei: 0n }
  const estimate = await chain.state.estimateGas(call)
  return estimate.kind === 'gas' ? largerOf(plan.gasLimit, withMargin(estimate.gas)) : plan.gasLimit
}
