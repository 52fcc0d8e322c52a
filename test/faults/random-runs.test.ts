import { expect, test } from 'vitest'
import { noteFigures } from '../harness/worlds/fault-figures.ts'
import { faultsOptions } from '../harness/worlds/faults-options.ts'
import { drawRun } from './draw-run.ts'
import { runRandom } from './run-random.ts'

/**
 * Small scenarios in which everything may die or be cut off at any time, each decided by its seed.
 * What a seed decides is when and where; how processes and blocks fall against each other stays
 * open, so a run that failed may want a few repeats.
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
