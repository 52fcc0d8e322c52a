import { afterAll, beforeAll, expect, test } from 'vitest'
import { drawRun } from '../faults/draw-run.ts'
import { type CrashWorld, crashWorld, runCrashCase } from '../faults/run-crash-case.ts'
import { runRandom } from '../faults/run-random.ts'
import { type Asset, crashPointNamed } from '../harness/processes/crash-points.ts'

/**
 * A small sample of `npm run test:faults`: one kill at each hand-over between processes, and one
 * random run.
 */
let one: CrashWorld

beforeAll(async () => {
  one = await crashWorld()
})
afterAll(async () => await one?.world.close())

test.each<[Asset, string]>([
  ['token', 'the deposit is detected'],
  ['native', 'confirmed, the outbox row is still there'],
  ['native', 'the workflow is started, the message not acked'],
  ['token', 'gas: the node took it and we do not know'],
  ['native', 'sweep: the intent is committed'],
  ['token', 'the outcome is saved'],
])(
  'a %s deposit is swept exactly once after a kill at the point "%s"',
  async (asset, point) => {
    expect(await runCrashCase(one, crashPointNamed(point), asset)).toEqual([])
  },
  600_000,
)

test('no deposit is lost, doubled or stuck after a random run of kills and cuts', async () => {
  expect(await runRandom(drawRun(101))).toEqual([])
}, 600_000)
