import type { Address, Hash } from '../../domain/address.ts'
import { largerOf, smallerOf } from '../../domain/amount.ts'
import { whyAboveCap, whyAboveGasCap } from '../../domain/chains/caps.ts'
import { encodeTransfer } from '../../domain/chains/erc20.ts'
import type { FeePlan } from '../../domain/chains/fees.ts'
import { recordedTransferGas } from '../../domain/chains/nodes/transfer-gas-limit.ts'
import { withMargin } from '../../domain/chains/transfer-gas.ts'
import { usableCoin } from '../../domain/deposits/usable-coin.ts'
import { mostFeeWei, type Transaction } from '../../domain/lanes/transaction.ts'
import { NotYet } from '../../domain/money-errors.ts'
import { mostCostWei, whyNotWorth } from '../../domain/sweeps/dust-order.ts'
import { planNativeSweep } from '../../domain/sweeps/gas-plan.ts'
import { nativeSweepCost, tokenSweepCost } from '../../domain/sweeps/sweep-cost.ts'
import { type OpenRequest, openTransaction } from '../../transactions/sign/open-transaction.ts'
import type { Attention, Parked, Replan } from '../../workflows/contract.ts'
import type { ActivityDeps } from '../step/activity-deps.ts'
import { type ClaimedSweep, dustLimitsOf } from '../step/claimed-sweep.ts'
import { quoteFees, refused } from '../step/outcomes.ts'

type SignAnswer =
  | { readonly kind: 'signed'; readonly transaction: Transaction }
  | Replan
  | Parked
  | Attention
type Money = Pick<OpenRequest, 'intent' | 'fees' | 'feeCapWei' | 'l1FeeWei' | 'costLimitWei'>

/**
 * Signs a sweep of the wallet's current balance, within the funded gas. Reads balances and fees
 * again, at or after the plan's block, and compares them with the limits of an order to sweep dust.
 * @param ofSweep the sweep's earlier transactions
 */
export async function signSweep(
  deps: ActivityDeps,
  found: ClaimedSweep,
  ofSweep: readonly Transaction[],
): Promise<SignAnswer> {
  const { chain, deposit, plan, sweep } = found
  const at = { depositId: deposit.id, sweepId: sweep.id }
  const quoted = await quoteFees(deps, chain, at)
  if (quoted.kind === 'parked') return quoted
  const head = await chain.state.head()
  if (head.number < plan.block) throw new NotYet('the node is behind the plan')
  const balanceWei = await chain.state.nativeBalance(sweep.wallet, head.hash)
  const money =
    found.asset.id === 'native'
      ? await nativeMoney(deps, found, quoted.fees, balanceWei)
      : await tokenMoney(deps, found, quoted.fees, {
          balanceWei: usableCoin(
            balanceWei,
            await deps.sweeps.heldCoin(sweep.chainId, sweep.wallet),
          ),
          atBlock: head.hash,
          ofSweep,
        })
  if ('kind' in money) return money
  const tooMuch = whyAboveGasCap(chain.chain, {
    asset: found.asset.id,
    gasLimit: money.fees.gasLimit,
    transferGas: await recordedTransferGas(chain),
  })
  if (tooMuch !== undefined) return { kind: 'replan', why: tooMuch }
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
  deps: ActivityDeps,
  found: ClaimedSweep,
  fees: FeePlan,
  balanceWei: bigint,
): Promise<Money | Replan> {
  const { chain, sweep, plan } = found
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
  const above = whyAboveCap(chain.chain.gas, {
    ...native.fees,
    l1FeeWei,
    sweptWei: native.valueWei,
  })
  if (above !== undefined) return { kind: 'replan', why: above }
  const costWei = nativeSweepCost({ gasLimit: plan.gasLimit, fees, l1FeeWei })
  const order = await orderedLimit(deps, found, balanceWei, { amount: native.valueWei, costWei })
  if (order.kind === 'replan') return order
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
    costLimitWei: order.costLimitWei,
  }
}

/**
 * MONEY 15: returns the most that the transfer may cost if the run sweeps dust, or `replan` if the
 * order's limits forbid it. The plan then ends the deposit as dust again.
 */
async function orderedLimit(
  deps: ActivityDeps,
  found: ClaimedSweep,
  balance: bigint,
  cost: { readonly amount: bigint; readonly costWei: bigint },
): Promise<{ readonly kind: 'within'; readonly costLimitWei: bigint | null } | Replan> {
  const { asset, chain } = found
  const limits = await dustLimitsOf(deps, found, balance)
  if (!limits) return { kind: 'within', costLimitWei: null }
  const why = whyNotWorth(limits, asset, chain.chain.native, { balance, ...cost })
  return why === undefined
    ? { kind: 'within', costLimitWei: mostCostWei(limits, asset, balance) }
    : { kind: 'replan', why }
}

/**
 * Returns the intent and fees of a token sweep. Attempts stay within the funded gas (MONEY 8). If
 * the market price, or on Arbitrum the gas limit, needs more, another gas round comes first.
 */
async function tokenMoney(
  deps: ActivityDeps,
  found: ClaimedSweep,
  fees: FeePlan,
  { balanceWei, atBlock, ofSweep }: WalletNow,
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
  const above = whyAboveCap(chain.chain.gas, { gasLimit, maxFeeWei, l1FeeWei })
  if (above !== undefined) return { kind: 'replan', why: above }
  const costWei = tokenSweepCost({ gasLimit, feeCapWei, l1FeeWei, isFunded: false })
  const order = await orderedLimit(deps, found, amount, { amount, costWei })
  if (order.kind === 'replan') return order
  // The keeper's fees count against the limit of the order, but they are spent whatever follows.
  const costLimitWei = order.costLimitWei && order.costLimitWei - gasFeesOf(ofSweep)
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
    costLimitWei,
  }
}

/**
 * The wallet's native balance at a block, without what is held there, and the sweep's earlier
 * transactions.
 */
interface WalletNow {
  readonly balanceWei: bigint
  readonly atBlock: Hash
  readonly ofSweep: readonly Transaction[]
}

/** The keeper's fees for the gas money that it sent for the sweep, in wei. */
function gasFeesOf(ofSweep: readonly Transaction[]): bigint {
  return ofSweep
    .filter(({ step }) => step === 'gas')
    .reduce((sum, gas) => sum + mostFeeWei(gas), 0n)
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
