import { inUnits, type ListedAsset } from '../../domain/chains/asset.ts'
import type { Chain } from '../../domain/chains/chain.ts'
import { type DustLimits, whyNotWorth } from '../../domain/sweeps/dust-order.ts'
import type { DustWallet } from '../../domain/sweeps/dust-rows.ts'
import type { PlanVerdict } from '../../domain/sweeps/plan-step.ts'

/** The action of an order on the dust of one wallet. */
export type DustVerdict =
  | {
      readonly action: 'sweep'
      readonly row: DustWallet
      /** Amount that arrives in the cold wallet, in the smallest unit. */
      readonly amount: bigint
      readonly costWei: bigint
      /** Gas money that the keeper sends first. */
      readonly gasShortWei: bigint
      readonly keyChecked: boolean | null
    }
  | { readonly action: 'leave'; readonly row: DustWallet; readonly why: string }
  | { readonly action: 'already'; readonly row: DustWallet; readonly why: string }

/** Turns the plan that an order would lead to into the verdict about one wallet. */
export function judgeDust(
  row: DustWallet,
  plan: (PlanVerdict & { readonly keyChecked?: boolean }) | undefined,
  limits: DustLimits,
  { native }: Pick<Chain, 'native'>,
  asset: ListedAsset,
): DustVerdict {
  const leave = (why: string): DustVerdict => ({ action: 'leave', row, why })
  if (!plan) return leave('its row has changed meanwhile')
  if (plan.kind !== 'sweep') {
    const detail = plan.detail.replace(/^ordered, but /, '')
    if (plan.kind === 'end')
      return leave(plan.state === 'done' ? 'an earlier sweep moved it' : detail)
    return leave(`${plan.reason}: ${detail}`)
  }
  const { amount, costWei } = plan
  const why = whyNotWorth(limits, asset, native, { balance: plan.plan.amount, amount, costWei })
  if (why !== undefined) return leave(why)
  const { gasShortWei } = plan.plan
  return {
    action: 'sweep',
    row,
    amount,
    costWei,
    gasShortWei,
    keyChecked: plan.keyChecked ?? null,
  }
}

/**
 * Leaves the dust that the keeper cannot pay for: gas money for users' deposits comes first. Takes
 * the sweeps in the order of the verdicts.
 * @param spareWei the keeper's uncommitted balance above its alert level; undefined while no node
 * shows the balance
 */
export function withinKeeper(
  verdicts: readonly DustVerdict[],
  spareWei: bigint | undefined,
  native: Chain['native'],
): readonly DustVerdict[] {
  let leftWei = spareWei ?? 0n
  return verdicts.map((verdict): DustVerdict => {
    if (verdict.action !== 'sweep' || verdict.gasShortWei === 0n) return verdict
    const { row, costWei } = verdict
    if (spareWei === undefined)
      return { action: 'leave', row, why: 'no node shows the keeper’s balance: repeat later' }
    if (costWei <= leftWei) {
      leftWei -= costWei
      return verdict
    }
    const spare = inUnits(leftWei > 0n ? leftWei : 0n, native)
    const why = `its sweep costs ${inUnits(costWei, native)}, and the keeper has ${spare} left above gasKeeper.alertBelow: refill it first`
    return { action: 'leave', row, why }
  })
}
