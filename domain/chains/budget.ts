import { formatUnits } from '../amount.ts'
import type { ListedAsset } from './asset.ts'
import type { Chain } from './chain.ts'

/** Most that may be spent in 60 minutes and in 24 hours, in wei (MONEY 29). */
export interface Budget {
  readonly perHourWei: bigint
  readonly perDayWei: bigint
}

/** Spending of the last 60 minutes and 24 hours, in wei, by the database's clock. */
export interface Spending {
  readonly hourWei: bigint
  readonly dayWei: bigint
}

/**
 * Where a budget counts: `chain` and `asset` count the keeper's money, `wallet` counts the fees
 * that one wallet pays for the sweeps of one asset.
 */
export type BudgetScope = 'chain' | 'asset' | 'wallet'

/** A budget that does not allow the next transaction. */
export interface BudgetHit {
  readonly scope: BudgetScope
  readonly window: 'hour' | 'day'
  readonly spentWei: bigint
  /** The part of the budget that this sweep may use. */
  readonly limitWei: bigint
  /** The whole budget. @default `limitWei` */
  readonly wholeWei?: bigint
  readonly costWei: bigint
}

/** Sweeps of one wallet in 24 hours after which one an hour is signed. */
export const usualWalletSweeps = 24

/**
 * MONEY 30: returns why the next sweep of a wallet's asset has to wait; undefined if it may be
 * signed. A wallet with many deposits is swept once an hour then, and each sweep moves all of them.
 */
export function tooManySweeps(
  most: number,
  { count, freeAt }: { readonly count: number; readonly freeAt: Date | null },
): string | undefined {
  if (count < most || freeAt === null) return undefined
  return `the wallet had ${count} sweeps of the asset in the last 24 hours, and limits.walletSweepsPerDay allows ${most}; then one an hour follows: it ${continues(freeAt)}`
}

/** The words that `waitsUntil` reads again. */
const continues = (at: Date) => `continues from ${at.toISOString()} on`

/**
 * Returns the time in the detail of a `waiting(budget)` deposit, so that it is not planned again
 * before; undefined without a time, and if the limit in the detail is no longer the configured one.
 * @param limits names and amounts of the limits, as the details have them
 */
export function waitsUntil(detail: string, limits: readonly string[]): Date | undefined {
  if (!limits.some((limit) => detail.includes(limit))) return undefined
  const time = /continues from (\S+) on/.exec(detail)?.[1]
  return time === undefined ? undefined : new Date(time)
}

/** The limits that can be in the detail of a deposit of the asset. */
export function limitsOf(
  chain: Pick<Chain, 'budget' | 'gas' | 'native' | 'walletSweepsPerDay'>,
  asset: ListedAsset,
): readonly string[] {
  const allows = ({ perHourWei, perDayWei }: Budget) => [
    allowed('budget.perHour', perHourWei, chain.native),
    allowed('budget.perDay', perDayWei, chain.native),
  ]
  const sweeps = chain.walletSweepsPerDay ?? usualWalletSweeps
  return [
    ...allows(budgetOfChain(chain)),
    ...allows(budgetOfAsset(chain, asset)),
    `limits.walletSweepsPerDay allows ${sweeps};`,
  ]
}

const allowed = (name: string, wei: bigint, native: ListedAsset) =>
  `${name} allows ${formatUnits(wei, native.decimals)} ${native.symbol}:`

/** Defaults, as multiples of `gas.maxPerSweep` for an hour. */
const assetSweeps = 25n
const chainSweeps = 100n
const hoursOfDay = 4n

const ofSweeps = (maxPerSweepWei: bigint, sweeps: bigint): Budget => ({
  perHourWei: maxPerSweepWei * sweeps,
  perDayWei: maxPerSweepWei * sweeps * hoursOfDay,
})

/** The part of a chain that its budgets come from. */
interface GasLimited {
  readonly budget?: Budget
  readonly gas: Pick<Chain['gas'], 'maxPerSweepWei'>
}

/** Default budget of a chain: 100 × `gas.maxPerSweep` an hour, 400 × a day. */
export const usualChainBudget = (maxPerSweepWei: bigint) => ofSweeps(maxPerSweepWei, chainSweeps)

/** Default budget of an asset: 25 × `gas.maxPerSweep` an hour, 100 × a day. */
export const usualAssetBudget = (maxPerSweepWei: bigint) => ofSweeps(maxPerSweepWei, assetSweeps)

/** Returns the chain's budget, or its default. */
export function budgetOfChain({ budget, gas }: GasLimited): Budget {
  return budget ?? usualChainBudget(gas.maxPerSweepWei)
}

/** Returns the asset's budget, or its default. */
export function budgetOfAsset(
  { gas }: Pick<GasLimited, 'gas'>,
  asset: Pick<ListedAsset, 'budget'> | undefined,
): Budget {
  return asset?.budget ?? usualAssetBudget(gas.maxPerSweepWei)
}

/** A balance of at least this many times the minimum is large. */
const largeFactor = 100n

/**
 * Whether a sweep moves so much that it may use a whole budget. A quarter is kept for such sweeps,
 * so that a mass of small deposits never holds back a large one.
 * @param amount in the smallest unit
 */
export function isLarge(amount: bigint, asset: Pick<ListedAsset, 'min'> | undefined): boolean {
  return asset !== undefined && amount >= asset.min * largeFactor
}

/**
 * Returns the budget that the next transaction would exceed; undefined if it may be signed.
 * @param costWei the most that the transaction costs
 * @param mayUseAll false for the sweep of a small balance, which may use three quarters. A budget
 * whose three quarters do not pay for one transaction is for all alike
 */
export function judgeBudget(
  scope: BudgetScope,
  { perHourWei, perDayWei }: Budget,
  { hourWei, dayWei }: Spending,
  costWei: bigint,
  mayUseAll = true,
): BudgetHit | undefined {
  const part = (wholeWei: bigint) => {
    const small = (wholeWei * 3n) / 4n
    return mayUseAll || small < costWei ? wholeWei : small
  }
  const judge = (window: BudgetHit['window'], spentWei: bigint, wholeWei: bigint) => {
    const limitWei = part(wholeWei)
    return spentWei + costWei > limitWei
      ? { scope, window, spentWei, limitWei, wholeWei, costWei }
      : undefined
  }
  return judge('hour', hourWei, perHourWei) ?? judge('day', dayWei, perDayWei)
}

/**
 * Returns how much of the spending has to leave the window before the transaction fits; undefined
 * if it never fits, because it costs more than the whole budget.
 */
export function excessOf({ spentWei, limitWei, costWei }: BudgetHit): bigint | undefined {
  return costWei > limitWei ? undefined : spentWei + costWei - limitWei
}

/**
 * Describes the hit for the deposit's row, with both numbers and the time of the next try.
 * @param freeAt when enough of the spending has left the window; undefined if that is not known
 */
export function budgetWords(
  { scope, window, spentWei, limitWei, wholeWei = limitWei, costWei }: BudgetHit,
  { native, asset }: { readonly native: ListedAsset; readonly asset: string },
  freeAt: Date | undefined,
): string {
  const coin = (wei: bigint) => `${formatUnits(wei, native.decimals)} ${native.symbol}`
  const whose = {
    chain: 'the chain has',
    asset: `${asset} has`,
    wallet: `the wallet has for ${asset}`,
  }[scope]
  const name = window === 'hour' ? 'budget.perHour' : 'budget.perDay'
  const since = window === 'hour' ? 'in the last hour' : 'in the last 24 hours'
  const when = freeAt ? continues(freeAt) : 'continues once enough of it is older'
  const kept =
    limitWei < wholeWei
      ? ` a quarter is kept for balances of ${largeFactor} times the minimum;`
      : ''
  const next =
    costWei > limitWei ? `it never fits: raise ${name}` : `it ${when}, or when ${name} is raised`
  return `${whose} spent ${coin(spentWei)} ${since}, the next transaction costs up to ${coin(costWei)}, and ${allowed(name, wholeWei, native)}${kept} ${next}`
}
