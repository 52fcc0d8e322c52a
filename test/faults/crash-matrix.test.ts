import { afterAll, expect, test } from 'vitest'
import { crashCases } from '../harness/processes/crash-points.ts'
import { noteFigures } from '../harness/worlds/faults-run.ts'
import { type CrashWorld, crashWorld, runCrashCase } from './run-crash-case.ts'

/**
 * Kills a process with SIGKILL at every crash point of a native and a token deposit. After a
 * restart no deposit is lost, doubled or stuck. Concurrent cases run in separate worlds
 * (deployments). A later case reuses a world that is idle.
 */
const idle = { slowly: [] as CrashWorld[], quickly: [] as CrashWorld[] }

afterAll(async () => {
  await Promise.all([...idle.slowly, ...idle.quickly].map(({ world }) => world.close()))
})

for (const { point, asset } of crashCases) {
  const name = `${asset}: ${point.name}`
  test.concurrent(name, async () => {
    const those = point.slowlyFinal ? idle.slowly : idle.quickly
    const used = those.pop() ?? (await crashWorld(point.slowlyFinal))
    const wrong = await runCrashCase(used, point, asset).catch((error: Error) => [
      { kind: 'other' as const, says: error.message },
    ])
    noteFigures({ what: 'crash point', name, wrong })
    // A world with an error is closed, so the next case starts with a new world.
    if (wrong.length === 0) those.push(used)
    else await used.world.close()
    expect(wrong).toEqual([])
  }, 600_000)
}
