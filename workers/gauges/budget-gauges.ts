import type { RowFigures } from '../../domain/books/row-figures.ts'
import type { ListedAsset } from '../../domain/chains/asset.ts'
import { type Budget, budgetOfAsset, budgetOfChain } from '../../domain/chains/budget.ts'
import type { Chain } from '../../domain/chains/chain.ts'
import type { Metrics } from '../../domain/process.ts'

/** A chain and its assets, with their budgets. */
export interface BudgetedChain {
  readonly id: number
  readonly name: string
  readonly budget?: Budget
  readonly gas: Pick<Chain['gas'], 'maxPerSweepWei'>
  readonly native: Pick<ListedAsset, 'id' | 'symbol' | 'budget'>
  readonly tokens: readonly Pick<ListedAsset, 'id' | 'symbol' | 'budget'>[]
}

interface BudgetGaugesDeps {
  readonly chains: readonly BudgetedChain[]
  readonly figures: Pick<RowFigures, 'spending'>
  readonly metrics: Metrics
}

/**
 * Spending of the keepers in the last hour and day, and the budgets (MONEY 29), by asset. The asset
 * '' stands for the whole chain.
 */
export function createBudgetGauges({
  chains,
  figures,
  metrics,
}: BudgetGaugesDeps): (() => Promise<void>)[] {
  const budgets = chains.flatMap((chain) => [
    { chain, asset: '', id: undefined, budget: budgetOfChain(chain) },
    ...[chain.native, ...chain.tokens].map((asset) => ({
      chain,
      asset: asset.symbol,
      id: asset.id,
      budget: budgetOfAsset(chain, asset),
    })),
  ])
  for (const { chain, asset, budget } of budgets) {
    const limit = (window: string, wei: bigint) =>
      metrics.gauge('coldsweep_budget_limit_wei', { chain: chain.name, asset, window }, Number(wei))
    limit('hour', budget.perHourWei)
    limit('day', budget.perDayWei)
  }

  async function gaugeBudgets(): Promise<void> {
    const found = await figures.spending()
    for (const { chain, asset, id } of budgets) {
      const own = found.filter(
        (it) => it.chainId === chain.id && (id === undefined || it.asset === id),
      )
      const spent = (window: string, wei: bigint) =>
        metrics.gauge(
          'coldsweep_budget_spent_wei',
          { chain: chain.name, asset, window },
          Number(wei),
        )
      spent(
        'hour',
        own.reduce((sum, { hourWei }) => sum + hourWei, 0n),
      )
      spent(
        'day',
        own.reduce((sum, { dayWei }) => sum + dayWei, 0n),
      )
    }
  }

  return [gaugeBudgets]
}
