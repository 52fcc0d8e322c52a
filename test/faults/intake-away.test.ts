import { expect, test } from 'vitest'
import type { PlannedRun } from './draw-run.ts'
import { runRandom } from './run-random.ts'

/**
 * The intake dies before it has heard of the wallet's second deposit, and comes back when all is
 * swept.
 */
const planned: PlannedRun = {
  seed: 0,
  wallets: 1,
  payments: [
    { afterMs: 0, wallet: 0, asset: 'ETH' },
    { afterMs: 50, wallet: 0, asset: 'ETH' },
  ],
  processes: [
    { role: { kind: 'scanner' }, kills: [] },
    { role: { kind: 'worker', only: 'temporal' }, kills: [] },
    {
      role: { kind: 'worker', only: 'intake' },
      kills: [
        {
          afterMs: 0,
          at: { point: 'before the workflow’s start', nth: 2, delayMs: 0 },
          downMs: 20_000,
        },
      ],
    },
    { role: { kind: 'worker', only: 'relay' }, kills: [] },
    { role: { kind: 'worker', only: 'lanes' }, kills: [] },
  ],
  cuts: [],
}

test('a deposit swept with another one while the intake was down is done without a run', async () => {
  expect(await runRandom(planned)).toEqual([])
}, 400_000)
