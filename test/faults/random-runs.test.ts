import { expect, test } from 'vitest'
import { faultsOptions, noteFigures } from '../harness/worlds/faults-run.ts'
import { drawRun } from './draw-run.ts'
import { runRandom } from './run-random.ts'

/**
 * Small scenarios in which any process may be killed and any service cut off at any time. The seed
 * decides when and where. It does not decide how processes and blocks interleave, so reproducing a
 * failure may take a few repeats.
 */
const { seed, runs } = faultsOptions()

for (let n = 0; n < runs; n += 1) {
  const name = `run ${seed + n}`
  test.concurrent(name, async () => {
    const planned = drawRun(seed + n)
    const wrong = await runRandom(planned).catch((error: Error) => [
      { kind: 'other' as const, says: error.message },
    ])
    noteFigures({ what: 'random run', name, seed: seed + n, wrong })
    expect(
      wrong,
      `npm run test:faults -- test/faults/random-runs --seed ${seed + n} --runs 1\n${JSON.stringify(planned)}`,
    ).toEqual([])
  }, 900_000)
}
