import type { Address, Hex } from '../address.ts'
import { inUnits, type ListedAsset } from '../chains/asset.ts'
import type { Chain } from '../chains/chain.ts'
import { encodeTransfer, transferAccepted } from '../chains/erc20.ts'
import type { FeePlan } from '../chains/fees.ts'
import type { FeesToSign } from '../chains/fees-to-sign.ts'
import type { DraftTransaction } from '../chains/nodes/chain-state.ts'
import type { TransferGas } from '../chains/nodes/transfer-gas-limit.ts'
import { withMargin } from '../chains/transfer-gas.ts'
import type { Deposit } from '../deposits/deposit.ts'
import type { AttentionReason, WaitReason } from '../deposits/deposit-state.ts'
import { type DustLimits, whyNotWorth } from './dust-order.ts'
import { type NativePlan, planNativeSweep, planTokenGas } from './gas-plan.ts'
import type { SweepPlan } from './sweep.ts'
import { nativeSweepCost, tokenSweepCost } from './sweep-cost.ts'

/** The inputs of a plan that are known before the chain is read. */
export interface PlanSubject {
  readonly chain: Pick<Chain, 'coldWallet' | 'blockTimeMs' | 'nativeRemainder' | 'native'>
  readonly asset: ListedAsset
  readonly deposit: Deposit
  /** Height at which balances are read. */
  readonly head: bigint
}

/** Whether the wallet's key is known to fit (MONEY 14). */
export type KeyFact =
  | { readonly kind: 'fits' }
  /** A dry run without the central database. The plan continues as if the key fits. */
  | { readonly kind: 'not-checked' }
  | { readonly kind: 'key-missing' | 'key-mismatch'; readonly detail: string }

/**
 * Facts that are read one after another, because most plans need only some of them. An absent fact
 * has not been read.
 */
export interface PlanFacts {
  /** Balance of the asset, in the smallest unit. */
  readonly balance?: bigint
  /** Whether a recorded sweep moved the deposit (MONEY 12). */
  readonly covered?: boolean
  /** Whether the token credited the deposit inside a sweep of its own wallet. */
  readonly ownInterest?: boolean
  /** Whether the wallet lacks more of the deposit than fees can explain. */
  readonly gone?: boolean
  /** Limits of an operator's order to sweep this dust; null without an order (MONEY 15). */
  readonly dustOrder?: DustLimits | null
  readonly key?: KeyFact
  readonly simulated?:
    | { readonly kind: 'returned'; readonly data: Hex }
    | { readonly kind: 'reverted'; readonly reason: string }
  /** Gas of the token transfer. */
  readonly estimate?:
    | { readonly kind: 'gas'; readonly gas: bigint }
    | { readonly kind: 'reverted'; readonly reason: string }
  /** Gas limit of the native transfer. */
  readonly transferGas?: Exclude<TransferGas, { kind: 'reverted' }>
  readonly fees?: FeesToSign
  readonly l1FeeWei?: bigint
  /** Native balance of the wallet, which pays for a token transfer. */
  readonly walletWei?: bigint
  /** The time of this step, in ms since 1970. */
  readonly nowMs?: number
}

export type PlanFact = Exclude<keyof PlanFacts, 'nowMs'>

/** The decision about one deposit: sweep, wait, hold for an operator, or end. */
export type PlanVerdict =
  | {
      readonly kind: 'sweep'
      readonly plan: SweepPlan
      /** Amount that the cold wallet receives, in the smallest unit. */
      readonly amount: bigint
      /** Most that the sweep costs wallet and keeper, in wei. */
      readonly costWei: bigint
      readonly state: 'funding' | 'sweeping'
    }
  | { readonly kind: 'wait'; readonly reason: WaitReason; readonly detail: string }
  | { readonly kind: 'attention'; readonly reason: AttentionReason; readonly detail: string }
  /** An earlier sweep moved the deposit, or what is left is dust (MONEY 15). */
  | {
      readonly kind: 'end'
      readonly state: 'done' | 'ignored'
      readonly reason: string
      readonly detail: string
    }

/** The verdict, or the next fact that it needs. */
export type PlanStep = PlanVerdict | { readonly kind: 'need'; readonly fact: PlanFact }

const need = (fact: PlanFact): PlanStep => ({ kind: 'need', fact })
const wait = (reason: WaitReason, detail: string): PlanStep => ({ kind: 'wait', reason, detail })
const attention = (reason: AttentionReason, detail: string): PlanStep => ({
  kind: 'attention',
  reason,
  detail,
})
const dust = (detail: string): PlanStep => ({
  kind: 'end',
  state: 'ignored',
  reason: 'dust',
  detail,
})

/**
 * Decides about a deposit whose sweep is claimed and unsigned (MONEY 8, 9, 12, 14, 15). Pure: the
 * plan activity and the operator's dry run read the requested fact and call it again with all facts
 * so far.
 */
export function planStep(subject: PlanSubject, facts: PlanFacts): PlanStep {
  const { asset } = subject
  const { balance } = facts
  if (balance === undefined) return need('balance')
  if (balance === 0n) return judgeEmpty(subject, facts)
  if (balance < asset.min) {
    const why = `the wallet holds ${inUnits(balance, asset)}: below the minimum ${inUnits(asset.min, asset)}`
    const leftover = judgeLeftover(subject, facts, balance)
    if (leftover) return leftover
    if (facts.dustOrder === undefined) return need('dustOrder')
    if (facts.dustOrder === null) return dust(why)
    return planOrderedDust(subject, facts, facts.dustOrder, balance)
  }
  return planAmount(subject, facts, balance)
}

/**
 * MONEY 15: an operator's order replaces the minimum by its own limits. Where they forbid the
 * sweep, the deposit ends as dust again and the order is used up.
 */
function planOrderedDust(
  subject: PlanSubject,
  facts: PlanFacts,
  limits: DustLimits,
  balance: bigint,
): PlanStep {
  const { asset, chain } = subject
  const step = planAmount(subject, facts, balance)
  if (step.kind === 'wait' && step.reason === 'gas-price')
    return dust(`ordered, but ${step.detail}`)
  if (step.kind !== 'sweep') return step
  const why = whyNotWorth(limits, asset, chain.native, { balance, ...step })
  return why === undefined ? step : dust(`ordered, but ${why}`)
}

function planAmount(subject: PlanSubject, facts: PlanFacts, balance: bigint): PlanStep {
  const { asset } = subject
  const { key } = facts
  if (key === undefined) return need('key')
  if (key.kind === 'key-missing' || key.kind === 'key-mismatch')
    return attention(key.kind, key.detail)
  return asset.id === 'native'
    ? planNative(subject, facts, balance)
    : planToken(subject, facts, balance)
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
  const feeCapWei = fees.fees.capWei
  const plan = { amount: balance, block: head, gasLimit, feeCapWei, gasShortWei: 0n }
  const costWei = nativeSweepCost({ gasLimit, fees: fees.fees, l1FeeWei })
  return { kind: 'sweep', plan, amount: swept.valueWei, costWei, state: 'sweeping' }
}

function planToken(subject: PlanSubject, facts: PlanFacts, balance: bigint): PlanStep {
  const { simulated, estimate, fees, l1FeeWei, walletWei } = facts
  if (simulated === undefined) return need('simulated')
  if (simulated.kind === 'reverted')
    return attention('token-refused', `transfer reverts: ${simulated.reason}`)
  if (!transferAccepted(simulated.data)) return attention('token-refused', 'transfer answers false')
  if (estimate === undefined) return need('estimate')
  if (estimate.kind === 'reverted')
    return attention('token-refused', `transfer reverts: ${estimate.reason}`)
  if (fees === undefined) return need('fees')
  if (fees.kind === 'wait') return wait('gas-price', fees.detail)
  if (l1FeeWei === undefined) return need('l1FeeWei')
  if (walletWei === undefined) return need('walletWei')
  const { gasLimit, capWei, shortWei } = planTokenGas({
    gasLimit: withMargin(estimate.gas),
    fees: fees.fees,
    l1FeeWei,
    walletBalanceWei: walletWei,
  })
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
    costWei: tokenSweepCost({ gasLimit, feeCapWei: capWei, l1FeeWei, isFunded: shortWei > 0n }),
    state: shortWei > 0n ? 'funding' : 'sweeping',
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

/**
 * A wallet that holds nothing of the asset. The deposit is `done` if a sweep of ours moved it, and
 * dust if it is interest of a sweep below the minimum. Otherwise its money is missing (MONEY 12).
 */
function judgeEmpty(subject: PlanSubject, facts: PlanFacts): PlanStep {
  const { asset, deposit } = subject
  if (facts.covered === undefined) return need('covered')
  if (facts.covered) return { kind: 'end', state: 'done', reason: '', detail: '' }
  if (facts.ownInterest === undefined) return need('ownInterest')
  // The deposit is interest that the token credited inside a sweep, and it is below the minimum. A
  // part left with the sweep, and the rest is too small to sweep. This is no theft.
  if (deposit.amount < asset.min && facts.ownInterest)
    return dust('interest of a sweep, below the minimum')
  return judgeMissing(subject, facts, 0n)
}

/**
 * A wallet that holds too little to sweep: `done` if an earlier sweep covered the deposit, missing
 * if its money is gone; undefined otherwise.
 */
function judgeLeftover(
  subject: PlanSubject,
  facts: PlanFacts,
  balance: bigint,
): PlanStep | undefined {
  const { asset, deposit } = subject
  if (facts.covered === undefined) return need('covered')
  if (facts.covered) return { kind: 'end', state: 'done', reason: '', detail: '' }
  // After a theft, a remainder may be left in the wallet, or 1 unit may arrive later. The theft
  // must still be reported (MONEY 12).
  if (deposit.amount < asset.min) return undefined
  if (facts.gone === undefined) return need('gone')
  return facts.gone ? judgeMissing(subject, facts, balance) : undefined
}

/** Number of block times between the first read of a missing balance and the alarm. */
const blocksBetween = 2

/**
 * MONEY 12: a missing balance that no sweep of ours explains. A node that is not fully synced
 * answers 0 instead of an error, so the alarm is raised only if a read at least two block times
 * later shows the same.
 */
function judgeMissing(
  { chain, asset, deposit, head }: PlanSubject,
  { ownInterest, nowMs = 0 }: PlanFacts,
  balance: bigint,
): PlanStep {
  if (ownInterest === undefined) return need('ownInterest')
  const where = ownInterest ? ', which the token credited inside our own sweep' : ''
  const approved =
    deposit.doubtCleared === 'unbacked'
      ? '; an operator approved this deposit although no balance showed it'
      : ''
  const detail = `the wallet holds ${inUnits(balance, asset)} of ${inUnits(deposit.amount, asset)}${where}, and no sweep of ours took the rest (block ${head})${approved}`
  const isAskedAgain = deposit.reason === 'balance-unclear' || deposit.reason === 'funds-gone'
  const passedMs = nowMs - deposit.since.getTime()
  if (isAskedAgain && passedMs >= blocksBetween * chain.blockTimeMs)
    return attention('funds-gone', detail)
  return wait('balance-unclear', `${detail}: read again before the alarm`)
}
