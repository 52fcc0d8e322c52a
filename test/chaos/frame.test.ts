import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ChaosWorld, chaosWorld } from './frame/chaos-world.ts'
import type { Oddity } from './frame/oddity.ts'
import { type Limits, runOddity } from './frame/run-oddity.ts'

/** A row with a wrong expectation is red: else a green table would say nothing. */
let world: ChaosWorld
beforeAll(async () => {
  world = await chaosWorld()
})
afterAll(async () => await world?.close())

const healthy: Oddity = { name: 'a healthy deposit', source: 'none' }
const twins: readonly (readonly [string, Oddity, RegExp, Limits])[] = [
  [
    'an arrival that is doubled',
    { ...healthy, expect: { arrives: (paid) => 2n * paid } },
    /came into the cold wallet instead of/,
    {},
  ],
  [
    'a difference that reconcile does not name',
    { ...healthy, expect: { differences: [/missing/] } },
    /reconcile must name exactly/,
    { showMs: 2_000 },
  ],
  [
    'a metric that does not rise',
    { ...healthy, expect: { metrics: { coldsweep_reorgs_total: 1 } } },
    /coldsweep_reorgs_total must rise by 1/,
    { metricMs: 5_000 },
  ],
  // Its sweep may still be under way afterwards, so that no row that judges the money may follow.
  [
    'a state that the deposit never reaches',
    { ...healthy, expect: { end: { state: 'needs-attention(funds-gone)' } } },
    /the deposit never reached needs-attention\(funds-gone\)/,
    { reachMs: 5_000 },
  ],
  [
    'a chain that one odd answer stops',
    {
      ...healthy,
      node: () => [{ method: 'eth_getLogs', does: { kind: 'error' } }],
    },
    /the bystander never reached done/,
    { bystanderMs: 3_000 },
  ],
]

test.each(twins)('a row that expects %s is red', async (_, row, words, limits) => {
  await expect(runOddity(world, row, limits)).rejects.toThrow(words)
})
