import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ChaosWorld, chaosWorld } from './frame/chaos-world.ts'
import type { Oddity } from './frame/oddity.ts'
import { type Limits, runOddity } from './frame/run-oddity.ts'

/**
 * Tests `runOddity`, which runs one row of a chaos table. `runOddity` must reject rows with wrong
 * expectations. Otherwise a passing table proves nothing.
 */
let world: ChaosWorld
beforeAll(async () => {
  world = await chaosWorld()
})
afterAll(async () => await world?.close())

const healthy: Oddity = { name: 'a healthy deposit', source: 'none' }
const twins: readonly (readonly [string, Oddity, RegExp, Limits])[] = [
  [
    'an expected arrival of twice the payment',
    { ...healthy, expect: { arrives: (paid) => 2n * paid } },
    /came into the cold wallet instead of/,
    {},
  ],
  [
    'an expected difference that reconcile does not report',
    { ...healthy, expect: { differences: [/missing/] } },
    /reconcile must name exactly/,
    { showMs: 2_000 },
  ],
  [
    'an expected metric that does not rise',
    { ...healthy, expect: { metrics: { coldsweep_reorgs_total: 1 } } },
    /coldsweep_reorgs_total must rise by 1/,
    { metricMs: 5_000 },
  ],
  // No row that checks money may follow, because the sweep of this row may still be in flight.
  [
    'an expected state that the deposit never reaches',
    { ...healthy, expect: { end: { state: 'needs-attention(funds-gone)' } } },
    /the deposit never reached needs-attention\(funds-gone\)/,
    { reachMs: 5_000 },
  ],
  [
    'an odd answer that stops the whole chain',
    {
      ...healthy,
      node: () => [{ method: 'eth_getLogs', does: { kind: 'error' } }],
    },
    /the bystander never reached done/,
    { bystanderMs: 3_000 },
  ],
]

test.each(twins)('runOddity rejects a row with %s', async (_, row, words, limits) => {
  await expect(runOddity(world, row, limits)).rejects.toThrow(words)
})
