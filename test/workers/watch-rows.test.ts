import { afterEach, beforeEach, expect, it } from 'vitest'
import type {
  ChainFigures,
  ClosedLanes,
  DoubtedCount,
  KeeperSpending,
  PausedAsset,
  Unfinished,
  UnsearchedBlocks,
} from '../../domain/books/row-figures.ts'
import { DatabaseUnreachable } from '../../domain/errors.ts'
import type { KeeperFacts } from '../../domain/keeper/keeper-figures.ts'
import { createRowWatch } from '../../workers/watch-rows.ts'
import { eventually } from '../harness/waiting/eventually.ts'
import { runLoop } from '../harness/waiting/run-loop.ts'

/** Gauge values by the key `metric chain state reason`, without the parts that a gauge lacks. */
let gauges: Map<string, number>
let unfinished: () => Promise<readonly Unfinished[]>
let chains: readonly ChainFigures[]
let doubted: readonly DoubtedCount[]
let closed: readonly ClosedLanes[]
let facts: readonly KeeperFacts[]
let spending: KeeperSpending[]
let pausedAssets: PausedAsset[]
let unsearched: readonly UnsearchedBlocks[]
let stop: () => Promise<void>
let loop: ReturnType<typeof createRowWatch>

const oldest = 'coldsweep_oldest_unfinished_deposit_seconds'
const count = 'coldsweep_unfinished_deposits'

beforeEach(() => {
  gauges = new Map()
  chains = []
  doubted = []
  closed = []
  facts = []
  unsearched = []
  spending = []
  pausedAssets = []
  unfinished = async () => []
  loop = createRowWatch({
    chains: [
      {
        id: 1,
        name: 'one',
        gas: { bumpAfterBlocks: 3, maxPerSweepWei: 2n },
        gasKeeper: { alertBelowWei: 7n },
        native: { id: 'native', symbol: 'ETH', budget: { perHourWei: 5n, perDayWei: 6n } },
        tokens: [{ id: '0xa1', symbol: 'USDT' }],
      },
      {
        id: 2,
        name: 'two',
        gas: { bumpAfterBlocks: 3, maxPerSweepWei: 2n },
        gasKeeper: { alertBelowWei: 7n },
        native: { id: 'native', symbol: 'BNB' },
        tokens: [],
      },
    ],
    reconcileSeconds: 3_600,
    keepers: { facts: async () => facts },
    figures: {
      unfinished: () => unfinished(),
      doubted: async () => doubted,
      closedLanes: async () => closed,
      unsearched: async () => unsearched,
      spending: async () => spending,
      pausedAssets: async () => pausedAssets,
      chains: async () => chains,
    },
    metrics: {
      count() {},
      gauge: (name, { chain, asset, state, reason, role, window } = {}, value) =>
        void gauges.set(
          [name, chain, asset, state, reason, role, window].filter(Boolean).join(' '),
          value,
        ),
    },
    everyMs: 5,
  })
  stop = runLoop(loop)
})
afterEach(async () => {
  await stop()
})

const becomes = (key: string, value: number) =>
  eventually(
    () => gauges.get(key),
    (seen) => seen === value,
  )

it('sets count and greatest age for each unfinished state of each chain, and 0 once a state has no rows', async () => {
  unfinished = async () => [
    { chainId: 2, state: 'needs-attention', reason: '', count: 3, oldestSeconds: 86_400 },
  ]
  await becomes(`${oldest} two needs-attention`, 86_400)
  expect(gauges.get(`${count} two needs-attention`)).toBe(3)
  expect(gauges.get(`${oldest} one needs-attention`)).toBe(0)
  expect([...gauges.keys()].some((key) => / (done|ignored|orphaned)$/.test(key))).toBe(false)
  unfinished = async () => []
  await becomes(`${oldest} two needs-attention`, 0)
  expect(gauges.get(`${count} two needs-attention`)).toBe(0)
})

it('counts unfinished deposits by reason, and sets 0 once a reason has no rows', async () => {
  const waiting = { chainId: 1, state: 'waiting' } as const
  unfinished = async () => [
    { ...waiting, reason: 'keeper-low', count: 2, oldestSeconds: 50 },
    { ...waiting, reason: 'queued', count: 1, oldestSeconds: 70 },
  ]
  await becomes(`${count} one waiting keeper-low`, 2)
  expect(gauges.get(`${count} one waiting queued`)).toBe(1)
  expect(gauges.get(`${count} one waiting`)).toBe(0)
  expect(gauges.get(`${oldest} one waiting`)).toBe(70)
  unfinished = async () => []
  await becomes(`${count} one waiting keeper-low`, 0)
  expect(gauges.get(`${count} one waiting queued`)).toBe(0)
})

it('leaves deposits that are not worth their gas out of the greatest age (MONEY 31)', async () => {
  const waiting = { chainId: 1, state: 'waiting', count: 1 } as const
  unfinished = async () => [
    { ...waiting, reason: 'uneconomic', oldestSeconds: 900_000 },
    { ...waiting, reason: 'queued', oldestSeconds: 70 },
  ]
  await becomes(`${count} one waiting uneconomic`, 1)
  expect(gauges.get(`${oldest} one waiting`)).toBe(70)
})

it('sets gauges for a chain that coldsweep.yaml no longer has, and 0 once that chain has no rows', async () => {
  unfinished = async () => [
    { chainId: 3, state: 'waiting', reason: '', count: 1, oldestSeconds: 60 },
  ]
  await becomes(`${oldest} 3 (not in coldsweep.yaml) waiting`, 60)
  unfinished = async () => []
  await becomes(`${oldest} 3 (not in coldsweep.yaml) waiting`, 0)
})

it('reports a health problem and continues while the database is down', async () => {
  unfinished = async () => {
    throw new DatabaseUnreachable('the database hung up')
  }
  const problem = await eventually(loop.problem, (words) => words !== undefined)
  expect(problem).toBe('reading row gauges failed: the database hung up')
  unfinished = async () => []
  await eventually(loop.problem, (words) => words === undefined)
})

it('sets gauges for the pause and the last reconciliation of each configured chain', async () => {
  const reconciled = { height: 70n, differences: 2, ageSeconds: 90 }
  chains = [
    { chainId: 1, paused: true, external: 4, reconciled },
    { chainId: 2, paused: false, external: 0, reconciled: undefined },
    { chainId: 3, paused: true, external: 0, reconciled },
  ]
  await becomes('coldsweep_chain_paused one', 1)
  await becomes('coldsweep_chain_paused two', 0)
  await becomes('coldsweep_reconcile_differences one', 2)
  await becomes('coldsweep_reconciled_height one', 70)
  await becomes('coldsweep_reconciled_age_seconds one', 90)
  expect(gauges.get('coldsweep_external_transactions one')).toBe(4)
  const unset = [...gauges.keys()].filter((key) => /^coldsweep_reconcile.* (?:two|3)$/.test(key))
  expect(unset).toEqual(['coldsweep_reconcile_interval_seconds two'])
})

it('counts the deposits in doubt by reason, and sets 0 once an operator has decided them', async () => {
  doubted = [{ chainId: 1, doubt: 'unbacked', count: 2 }]
  await becomes('coldsweep_doubted_deposits one unbacked', 2)
  expect(gauges.get('coldsweep_doubted_deposits one content-differs')).toBe(0)
  doubted = []
  await becomes('coldsweep_doubted_deposits one unbacked', 0)
})

it('counts closed lanes by role, and sets 0 once they are open', async () => {
  closed = [{ chainId: 2, role: 'wallet', count: 3 }]
  await becomes('coldsweep_closed_lanes two wallet', 3)
  expect(gauges.get('coldsweep_closed_lanes two keeper')).toBe(0)
  closed = []
  await becomes('coldsweep_closed_lanes two wallet', 0)
})

it('sets the keeper’s figures and thresholds, and no figures before the first watch', async () => {
  await becomes('coldsweep_keeper_alert_below_wei one', 7)
  expect(gauges.has('coldsweep_keeper_uncommitted_wei one')).toBe(false)
  facts = [
    {
      chainId: 1,
      uncommittedWei: 72_000n,
      emptyBelowWei: 10n,
      watchedSecondsAgo: 20,
      spentWei: 36_000n,
      averageCostWei: 1_000,
    },
  ]
  await becomes('coldsweep_keeper_uncommitted_wei one', 72_000)
  await becomes('coldsweep_keeper_burn_wei_per_second one', 10)
  await becomes('coldsweep_keeper_seconds_to_empty one', 7_200)
  await becomes('coldsweep_keeper_sweeps_left one', 72)
  await becomes('coldsweep_keeper_watch_age_seconds one', 20)
  await becomes('coldsweep_keeper_empty_below_wei one', 10)
  expect(gauges.has('coldsweep_keeper_uncommitted_wei two')).toBe(false)
})

it('sets the number of unsearched blocks of each listed token, and 0 once they are searched', async () => {
  unsearched = [
    { chainId: 1, token: '0xa1', blocks: 700 },
    { chainId: 1, token: '0xb2', blocks: 9 },
  ]
  await becomes('coldsweep_unsearched_token_blocks one USDT', 700)
  expect([...gauges.keys()].filter((key) => key.includes('unsearched'))).toHaveLength(1)
  unsearched = []
  await becomes('coldsweep_unsearched_token_blocks one USDT', 0)
})

it('sets what the keepers spent and the budgets, by asset and for the chain, and 0 once it left the window', async () => {
  spending = [
    { chainId: 1, asset: 'native', hourWei: 3n, dayWei: 4n },
    { chainId: 1, asset: '0xa1', hourWei: 10n, dayWei: 20n },
  ]
  await becomes('coldsweep_budget_spent_wei one ETH hour', 3)
  await becomes('coldsweep_budget_spent_wei one USDT day', 20)
  await becomes('coldsweep_budget_spent_wei one hour', 13)
  await becomes('coldsweep_budget_spent_wei one day', 24)
  await becomes('coldsweep_budget_spent_wei two day', 0)
  await becomes('coldsweep_budget_limit_wei one ETH hour', 5)
  await becomes('coldsweep_budget_limit_wei one USDT hour', 50)
  await becomes('coldsweep_budget_limit_wei one day', 800)
  spending = []
  await becomes('coldsweep_budget_spent_wei one hour', 0)
})

it('shows each asset that the breaker or an operator stops', async () => {
  pausedAssets = [{ chainId: 1, asset: '0xa1', by: 'breaker' }]
  await becomes('coldsweep_asset_paused one USDT', 1)
  await becomes('coldsweep_asset_paused one ETH', 0)
  pausedAssets = []
  await becomes('coldsweep_asset_paused one USDT', 0)
})
