import type { Address, Hex } from '../address.ts'
import { inUnits } from '../chains/asset.ts'
import { whyAboveCap } from '../chains/caps.ts'
import { encodeTransfer, transferAccepted } from '../chains/erc20.ts'
import type { FeePlan } from '../chains/fees.ts'
import type { DraftTransaction } from '../chains/nodes/chain-state.ts'
import { whyUneconomic } from '../chains/price.ts'
import { withMargin } from '../chains/transfer-gas.ts'
import { type DustLimits, whyNotWorth } from './dust-order.ts'
import { type NativePlan, planNativeSweep, planTokenGas } from './gas-plan.ts'
import { judgeEmpty, judgeLeftover } from './missing-money.ts'
import { delegatedElsewhere, judgeGasLimit, withinCaps } from './plan-caps.ts'
import {
  attention,
  dust,
  need,
  type PlanFacts,
  type PlanStep,
  type PlanSubject,
  wait,
} from './plan-step.ts'
import { belowMinimum } from './settle-small.ts'
import { nativeSweepCost, tokenSweepCost } from './sweep-cost.ts'

/**
 * Decides about a deposit whose sweep is claimed and unsigned (MONEY 8, 9, 12, 14, 15, 31). Pure:
 * the plan activity and the operator's dry run read the requested fact and call it again with all
 * facts so far.
 */
export function planStep(subject: PlanSubject, facts: PlanFacts): PlanStep {
  const { asset } = subject
  const { balance } = facts
  if (balance === undefined) return need('balance')
  if (balance === 0n) return judgeEmpty(subject, facts)
  if (balance < asset.min) {
    const leftover = judgeLeftover(subject, facts, balance)
    if (leftover) return leftover
    if (facts.dustOrder === undefined) return need('dustOrder')
    if (facts.dustOrder === null) return dust(belowMinimum(balance, asset))
    return planOrderedDust(subject, facts, facts.dustOrder, balance)
  }
  return planAmount(subject, facts, balance)
}

/**
 * MONEY 15, 31: an operator's order replaces the minimum, and the judgement whether the sweep is
 * worth its gas, by its own limits. Where they forbid the sweep, the deposit ends as dust again and
 * the order is used up.
 */
function planOrderedDust(
  subject: PlanSubject,
  facts: PlanFacts,
  limits: DustLimits,
  balance: bigint,
): PlanStep {
  const { asset, chain } = subject
  const step = planAmount(subject, facts, balance, true)
  const isCapped =
    (step.kind === 'wait' && ['gas-price', 'gas-limit'].includes(step.reason)) ||
    (step.kind === 'attention' && ['gas-limit', 'delegated-elsewhere'].includes(step.reason))
  if (isCapped) return dust(`ordered, but ${step.detail}`)
  if (step.kind !== 'sweep') return step
  const why = whyNotWorth(limits, asset, chain.native, { balance, ...step })
  return why === undefined ? step : dust(`ordered, but ${why}`)
}

function planAmount(
  subject: PlanSubject,
  facts: PlanFacts,
  balance: bigint,
  isOrdered = false,
): PlanStep {
  const { asset } = subject
  const { key } = facts
  if (key === undefined) return need('key')
  if (key.kind === 'key-missing' || key.kind === 'key-mismatch')
    return attention(key.kind, key.detail)
  return asset.id === 'native'
    ? planNative(subject, facts, balance)
    : planToken(subject, facts, balance, isOrdered)
}

function planNative(subject: PlanSubject, facts: PlanFacts, balance: bigint): PlanStep {
  const { head, asset } = subject
  const { fees, transferGas, l1FeeWei } = facts
  if (fees === undefined) return need('fees')
  if (fees.kind === 'wait') return wait('gas-price', fees.detail)
  if (transferGas === undefined) return need('transferGas')
  if (transferGas.kind === 'above-record') return wait('gas-limit', transferGas.detail)
  if (l1FeeWei === undefined) return need('l1FeeWei')
  const gasLimit = transferGas.gas
  const tooMuch = judgeGasLimit(subject, facts, gasLimit)
  if (tooMuch) return tooMuch
  const remainder = subject.chain.nativeRemainder
  const swept: NativePlan = planNativeSweep({
    balanceWei: balance,
    gasLimit,
    fees: fees.fees,
    l1FeeWei,
    remainder,
  })
  if (swept.kind === 'too-small') {
    const detail = `a transfer costs more now than the wallet’s balance of ${inUnits(balance, asset)}`
    return judgeLeftover(subject, facts, balance) ?? wait('gas-price', detail)
  }
  const above = whyAboveCap(subject.chain.gas, {
    ...swept.fees,
    l1FeeWei,
    sweptWei: swept.valueWei,
  })
  if (above !== undefined) return wait('gas-price', above)
  const feeCapWei = fees.fees.capWei
  const plan = { amount: balance, block: head, gasLimit, feeCapWei, gasShortWei: 0n }
  const costWei = nativeSweepCost({ gasLimit, fees: fees.fees, l1FeeWei })
  return { kind: 'sweep', plan, amount: swept.valueWei, costWei, state: 'sweeping' }
}

function planToken(
  subject: PlanSubject,
  facts: PlanFacts,
  balance: bigint,
  isOrdered: boolean,
): PlanStep {
  const { simulated, estimate, fees, l1FeeWei, walletWei } = facts
  if (simulated === undefined) return need('simulated')
  if (simulated.kind === 'reverted')
    return attention('token-refused', `transfer reverts: ${simulated.reason}`)
  if (!transferAccepted(simulated.data)) return attention('token-refused', 'transfer answers false')
  if (estimate === undefined) return need('estimate')
  if (estimate.kind === 'reverted')
    return attention('token-refused', `transfer reverts: ${estimate.reason}`)
  const tooMuch = judgeGasLimit(subject, facts, withMargin(estimate.gas))
  if (tooMuch) return tooMuch
  if (fees === undefined) return need('fees')
  if (fees.kind === 'wait') return wait('gas-price', fees.detail)
  if (l1FeeWei === undefined) return need('l1FeeWei')
  if (walletWei === undefined) return need('walletWei')
  const within = withinCaps(subject.chain.gas, fees.fees, withMargin(estimate.gas), l1FeeWei)
  if (typeof within === 'string') return wait('gas-price', within)
  const { gasLimit, capWei, shortWei } = planTokenGas({
    gasLimit: withMargin(estimate.gas),
    fees: within,
    l1FeeWei,
    walletBalanceWei: walletWei,
  })
  const isFunded = shortWei > 0n
  if (!isOrdered) {
    const costWei = tokenSweepCost({ gasLimit, feeCapWei: within.marketWei, l1FeeWei, isFunded })
    const why = whyUneconomic(subject.asset, subject.chain.native, { amount: balance, costWei })
    if (why !== undefined) return wait('uneconomic', why)
  }
  if (isFunded) {
    if (facts.hasCode === undefined) return need('hasCode')
    if (facts.hasCode)
      return attention('delegated-elsewhere', delegatedElsewhere(subject.deposit.wallet))
  }
  return {
    kind: 'sweep',
    plan: {
      amount: balance,
      block: subject.head,
      gasLimit,
      feeCapWei: capWei,
      gasShortWei: shortWei,
    },
    amount: balance,
    costWei: tokenSweepCost({ gasLimit, feeCapWei: capWei, l1FeeWei, isFunded }),
    state: isFunded ? 'funding' : 'sweeping',
  }
}

/** The transfer that a token sweep would sign. */
export function transferCall(
  { chain, asset, deposit }: PlanSubject,
  balance: bigint,
): { readonly from: Address; readonly to: Address; readonly data: Hex } {
  const data = encodeTransfer(chain.coldWallet, balance)
  return { from: deposit.wallet, to: asset.id as Address, data }
}

/** The draft for which a rollup's L1 fee is read, from the facts that `planStep` asked for. */
export function draftOf(subject: PlanSubject, facts: PlanFacts, fees: FeePlan): DraftTransaction {
  const balance = facts.balance ?? 0n
  if (subject.asset.id === 'native') {
    const gasLimit = facts.transferGas?.kind === 'gas' ? facts.transferGas.gas : 0n
    const to = subject.chain.coldWallet
    return { to, valueWei: balance, data: '0x', gasLimit, maxFeeWei: fees.startWei }
  }
  const { to, data } = transferCall(subject, balance)
  const gasLimit = withMargin(facts.estimate?.kind === 'gas' ? facts.estimate.gas : 0n)
  return { to, valueWei: 0n, data, gasLimit, maxFeeWei: fees.capWei }
}
