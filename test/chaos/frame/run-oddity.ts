import { checkPatiently } from '../../harness/processes/check-patiently.ts'
import { eventually } from '../../harness/waiting/eventually.ts'
import type { ChaosWorld } from './chaos-world.ts'
import { describeState, matches, statesOf } from './deposit-states.ts'
import { judgeMoney } from './judge-money.ts'
import { logSince, markLogs, metricOf, readMetrics } from './observe.ts'
import type { ExpectedState, Oddity } from './oddity.ts'
import { leaveBehind, newDifferences, readDifferences } from './reconcile-differences.ts'
import { openScene, type Scene } from './scene.ts'

/** Time limits of the waits. An idle machine needs a thirtieth of each limit. */
export interface Limits {
  /** Limit for the row's deposits to reach a state. @default 180_000 */
  readonly reachMs?: number
  /** Limit for the bystander's deposit to be done. @default 180_000 */
  readonly bystanderMs?: number
  /** Limit for reconcile and logs to meet the row's expectations. @default 180_000 */
  readonly showMs?: number
  /** Limit for metrics to rise. @default 180_000 */
  readonly metricMs?: number
}

const longMs = 180_000
const done: ExpectedState = { state: 'done' }
const healthy: Oddity = { name: 'bystander', source: '', asset: 'native' }

/**
 * Runs one row on real services and checks its expectations. Throws on the first expectation that
 * fails.
 */
export async function runOddity(
  world: ChaosWorld,
  row: Oddity,
  limits: Limits = {},
): Promise<void> {
  const { reachMs = longMs, bystanderMs = longMs, showMs = longMs, metricMs = longMs } = limits
  const { expect = {}, bystander: when = 'during' } = row
  const mark = markLogs(world)
  const metricsBefore = expect.metrics ? await readMetrics(world) : ''

  const within = async <T>(
    what: string,
    look: () => Promise<T>,
    holds: (seen: T) => boolean,
    limitMs = showMs,
  ) => {
    try {
      return await eventually(look, holds, limitMs)
    } catch (error) {
      throw new Error(`${what}: ${(error as Error).message}\n${lastLines(logSince(world, mark))}`)
    }
  }
  const reach = (
    who: string,
    scene: Scene,
    wanted: ExpectedState,
    count: number,
    limitMs = reachMs,
  ) =>
    within(
      `${who} never reached ${describeState(wanted)}`,
      () => statesOf(scene),
      (seen) => seen.length >= count && seen.every((one) => matches(one, wanted)),
      limitMs,
    )
  const payBystander = async () => {
    const scene = await openScene(world, healthy)
    await scene.pay()
    return () => reach('the bystander', scene, done, 1, bystanderMs)
  }

  const scene = await openScene(world, row)
  try {
    await (row.pay ?? ((it: Scene) => it.pay()))(scene)
    const count = scene.payments.length * (expect.deposits ?? 1)
    const bystanderDone = when === 'during' ? await payBystander() : undefined
    const { meanwhile } = expect
    if (meanwhile) {
      if (typeof meanwhile !== 'function') await reach('the deposit', scene, meanwhile, count)
      else await within('the condition of meanwhile', () => meanwhile(scene), Boolean, reachMs)
      await bystanderDone?.()
    }
    if (expect.configCheck) await expectFinding(scene, expect.configCheck)
    if (meanwhile || when === 'after') {
      await (expect.release ?? ((it: Scene) => it.heal()))(scene)
    }
    await (bystanderDone ?? (await payBystander()))()
    await reach('the deposit', scene, expect.end ?? done, count)
    await judgeMoney(scene, expect, count)
    const differences = await within(
      `reconcile must name exactly ${expect.differences?.join(', ') ?? 'no difference'}`,
      async () => newDifferences(scene, await readDifferences(world)),
      (found) => namesExactly(found, expect.differences ?? []),
    )
    leaveBehind(scene, differences)
    for (const line of expect.logs ?? []) {
      const holds = (text: string) => line.test(text)
      await within(`no log line says ${line}`, async () => logSince(world, mark), holds)
    }
    for (const [name, rise] of Object.entries(expect.metrics ?? {})) {
      await within(
        `${name} must rise by ${rise}`,
        async () => metricOf(await readMetrics(world), name) - metricOf(metricsBefore, name),
        (risen) => risen >= rise,
        metricMs,
      )
    }
    await expect.also?.(scene)
  } catch (error) {
    // Later rows must ignore the differences of this row.
    leaveBehind(scene, newDifferences(scene, await readDifferences(world)))
    throw error
  } finally {
    scene.heal()
  }
}

function lastLines(log: string): string {
  const lines = log.trim().split('\n').slice(-8)
  return lines.map((line) => line.slice(0, 400)).join('\n')
}

function namesExactly(found: readonly string[], wanted: readonly RegExp[]): boolean {
  return found.length === wanted.length && wanted.every((it) => found.some((one) => it.test(one)))
}

/** Runs `coldsweep config check` on the odd node. @throws if no finding matches */
export async function expectFinding({ world }: Scene, wanted: RegExp): Promise<void> {
  const { findings } = await checkPatiently({ env: world.d.env, argv: [] }, () => false)
  const lines = findings.map(
    ({ severity, code, where, what }) => `${severity} ${code} ${where}: ${what}`,
  )
  if (!lines.some((line) => wanted.test(line))) {
    throw new Error(`config check finds nothing like ${wanted}:\n${lines.join('\n')}`)
  }
}
