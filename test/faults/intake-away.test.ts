import { expect, test } from 'vitest'
import type { PlannedRun } from './draw-run.ts'
import { runRandom } from './run-random.ts'

/**
 * The intake is killed before it starts a run for the wallet's second deposit. The intake restarts
 * 20 seconds later, after the sweep of the first deposit has covered both deposits.
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

test('a deposit is done without a run if the sweep of another deposit covered it while the intake was down', async () => {
  expect(await runRandom(planned)).toEqual([])
}, 400_000)
