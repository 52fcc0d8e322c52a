import { afterEach, beforeEach, expect, it } from 'vitest'
import type { ChainFigures, DoubtedCount, Unfinished } from '../../domain/books/row-figures.ts'
import { DatabaseUnreachable } from '../../domain/errors.ts'
import { createRowWatch } from '../../workers/watch-rows.ts'
import { eventually } from '../harness/waiting/eventually.ts'
import { runLoop } from '../harness/waiting/run-loop.ts'

/** Gauge values by the key `metric chain state`. */
let gauges: Map<string, number>
let unfinished: () => Promise<readonly Unfinished[]>
let chains: readonly ChainFigures[]
let doubted: readonly DoubtedCount[]
let stop: () => Promise<void>
let loop: ReturnType<typeof createRowWatch>

const oldest = 'coldsweep_oldest_unfinished_deposit_seconds'
const count = 'coldsweep_unfinished_deposits'

beforeEach(() => {
  gauges = new Map()
  chains = []
  doubted = []
  unfinished = async () => []
  loop = createRowWatch({
    chains: [
      { id: 1, name: 'one' },
      { id: 2, name: 'two' },
    ],
    figures: {
      unfinished: () => unfinished(),
      doubted: async () => doubted,
      chains: async () => chains,
    },
    metrics: {
      count() {},
      gauge: (name, { chain, state, reason } = {}, value) =>
        void gauges.set([name, chain, state, reason].filter(Boolean).join(' '), value),
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

it('sets count and greatest age for each state of each chain, and 0 once a state has no rows', async () => {
  unfinished = async () => [
    { chainId: 2, state: 'needs-attention', count: 3, oldestSeconds: 86_400 },
  ]
  await becomes(`${oldest} two needs-attention`, 86_400)
  expect(gauges.get(`${count} two needs-attention`)).toBe(3)
  expect(gauges.get(`${oldest} one needs-attention`)).toBe(0)
  expect([...gauges.keys()].some((key) => / (done|ignored|orphaned)$/.test(key))).toBe(false)
  unfinished = async () => []
  await becomes(`${oldest} two needs-attention`, 0)
  expect(gauges.get(`${count} two needs-attention`)).toBe(0)
})

it('sets gauges for a chain that coldsweep.yaml no longer has, and 0 once that chain has no rows', async () => {
  unfinished = async () => [{ chainId: 3, state: 'waiting', count: 1, oldestSeconds: 60 }]
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
    { chainId: 1, paused: true, reconciled },
    { chainId: 2, paused: false, reconciled: undefined },
    { chainId: 3, paused: true, reconciled },
  ]
  await becomes('coldsweep_chain_paused one', 1)
  await becomes('coldsweep_chain_paused two', 0)
  await becomes('coldsweep_reconcile_differences one', 2)
  await becomes('coldsweep_reconciled_height one', 70)
  await becomes('coldsweep_reconciled_age_seconds one', 90)
  expect([...gauges.keys()].filter((key) => / (?:two|3)$/.test(key))).toEqual([
    'coldsweep_chain_paused two',
  ])
})

it('counts the deposits in doubt by reason, and sets 0 once an operator has decided them', async () => {
  doubted = [{ chainId: 1, doubt: 'unbacked', count: 2 }]
  await becomes('coldsweep_doubted_deposits one unbacked', 2)
  expect(gauges.get('coldsweep_doubted_deposits one content-differs')).toBe(0)
  doubted = []
  await becomes('coldsweep_doubted_deposits one unbacked', 0)
})
