import { getAddress } from 'viem/utils'
import type { AssetId } from '../../domain/chains/asset.ts'
import { type DepositState, formatState } from '../../domain/deposits/deposit-state.ts'
import { isOperatorDoubt, isRejected } from '../../domain/deposits/doubt.ts'
import type { OpenDeposits } from '../../domain/sweeps/plan-rows.ts'
import type { PlanVerdict } from '../../domain/sweeps/plan-step.ts'
import type { AssetNames } from '../views/asset-names.ts'
import { whatNext } from '../views/what-next.ts'

/**
 * - `sweep`: a sweep is planned, signed, or continues by itself at once.
 * - `wait`: it continues by itself later.
 * - `hold`: it continues only by an operator's order.
 * - `ignore`: too little to sweep alone, or left in the wallet by an operator.
 */
export type PlanAction = 'sweep' | 'wait' | 'hold' | 'ignore'

/** The stored verdict about one wallet and asset. Other tools rely on these keys. */
export interface PlanItem {
  readonly chainId: number
  readonly chain: string
  /** EIP-55 */
  readonly wallet: string
  readonly asset: string
  readonly action: PlanAction
  /** Number of deposits that no sweep covers. */
  readonly deposits: number
  /** Their sum, in the smallest unit. */
  readonly amount: string
  readonly text: string
  /** Most that the sweep's transfer may cost, in wei; null before it is planned. */
  readonly gas: string | null
  readonly gasText: string | null
  /** Cost as a share of the amount's value, in percent; null for a token without a price. */
  readonly sharePercent: number | null
  readonly state: string
  readonly detail: string
  /** The next step, and the event that it waits for. */
  readonly next: string
  readonly since: string
  /** The oldest deposit. */
  readonly depositId: string
  /** Whether the verdict was made now from the chain, and not by the last plan. */
  readonly now: boolean
  /** Whether the wallet's key was proved now; null where the verdict needs no key. */
  readonly keyChecked: boolean | null
}

/** The first action that any deposit of a wallet and asset has decides for all of them. */
const order: readonly PlanAction[] = ['hold', 'sweep', 'wait', 'ignore']

export function actionOf({
  state,
  reason,
}: {
  readonly state: DepositState
  readonly reason: string
}): PlanAction {
  switch (state) {
    case 'funding':
    case 'sweeping':
    case 'confirming-sweep':
      return 'sweep'
    case 'waiting':
      return isHeld(reason) ? 'hold' : 'wait'
    case 'needs-attention':
      return 'hold'
    case 'detected':
    case 'confirming':
      return isOperatorDoubt(reason) ? 'hold' : 'wait'
    default:
      return 'ignore'
  }
}

const isHeld = (reason: string) =>
  ['approval', 'paused', 'chain-paused', 'asset-paused', 'held-by'].includes(
    reason.split(' ')[0] ?? '',
  )

/** One item for each wallet and asset, in the order of the rows. */
export function storedPlan(rows: readonly OpenDeposits[], names: AssetNames): readonly PlanItem[] {
  const groups = new Map<string, OpenDeposits[]>()
  for (const row of rows) {
    // A rejected deposit is no money of ours.
    if (isRejected(row)) continue
    const key = `${row.chainId} ${row.wallet} ${row.asset}`
    groups.set(key, [...(groups.get(key) ?? []), row])
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = order.flatMap((action) => group.filter((row) => actionOf(row) === action))
    return first ? [toItem(first, group, names)] : []
  })
}

function toItem(
  decisive: OpenDeposits,
  group: readonly OpenDeposits[],
  names: AssetNames,
): PlanItem {
  const { chainId, wallet, asset, state, reason, detail, since } = decisive
  const amount = group.reduce((sum, row) => sum + row.amount, 0n)
  const plan = group.find((row) => row.plan !== null)?.plan ?? null
  const gas = plan ? plan.gasLimit * plan.feeCapWei : null
  return {
    chainId,
    chain: names.chainName(chainId),
    wallet: getAddress(wallet),
    asset: names.symbol(chainId, asset),
    action: actionOf(decisive),
    deposits: group.reduce((sum, row) => sum + row.deposits, 0),
    amount: amount.toString(),
    text: names.amount(chainId, asset, amount),
    gas: gas?.toString() ?? null,
    gasText: gas === null ? null : names.amount(chainId, 'native', gas),
    sharePercent: shareOf(gas, names.valueWei(chainId, asset, amount)),
    state: formatState(state, reason),
    detail,
    next: whatNext({ state, reason }).next,
    since: since.toISOString(),
    depositId: decisive.firstId,
    now: false,
    keyChecked: null,
  }
}

/** The item with a verdict of now in place of the stored one. */
export function withVerdict(
  item: PlanItem,
  verdict: PlanVerdict & { readonly keyChecked?: boolean },
  asset: AssetId,
  names: AssetNames,
): PlanItem {
  const { chainId } = item
  const keyChecked = verdict.keyChecked ?? null
  if (verdict.kind === 'sweep') {
    const { plan, amount, state } = verdict
    const gas = plan.gasLimit * plan.feeCapWei
    return {
      ...item,
      action: 'sweep',
      amount: amount.toString(),
      text: names.amount(chainId, asset, amount),
      gas: gas.toString(),
      gasText: names.amount(chainId, 'native', gas),
      sharePercent: shareOf(gas, names.valueWei(chainId, asset, plan.amount)),
      state,
      detail: '',
      next:
        state === 'funding'
          ? 'the next plan has the keeper fund its gas, then sweeps it'
          : 'the next plan sweeps it with the gas in the wallet',
      now: true,
      keyChecked,
    }
  }
  const state = stateOf(verdict)
  const { reason, detail } = verdict
  return {
    ...item,
    action: actionOf({ state, reason }),
    state: formatState(state, reason),
    detail: state === 'done' ? 'an earlier sweep moved it' : detail,
    next: whatNext({ state, reason }).next,
    gas: null,
    gasText: null,
    sharePercent: null,
    now: true,
    keyChecked,
  }
}

function stateOf(verdict: Exclude<PlanVerdict, { kind: 'sweep' }>): DepositState {
  if (verdict.kind === 'end') return verdict.state
  return verdict.kind === 'wait' ? 'waiting' : 'needs-attention'
}

const shareOf = (gas: bigint | null, valueWei = 0n) =>
  gas !== null && valueWei > 0n ? Number((gas * 1_000_000n) / valueWei) / 10_000 : null
