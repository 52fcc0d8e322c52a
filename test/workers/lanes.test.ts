import { expect, it } from 'vitest'
import { createLaneLoop } from '../../workers/lanes.ts'
import { recordingLog } from '../harness/fakes/recording-log.ts'
import { recordingMetrics } from '../harness/fakes/recording-metrics.ts'
import { eventually } from '../harness/waiting/eventually.ts'
import { runLoop } from '../harness/waiting/run-loop.ts'

/**
 * Runs a lane loop with the two given steps, until `until` accepts its health problem. Returns the
 * problem, or '' if the loop is healthy.
 */
async function looking(
  steps: { readonly track: () => Promise<void>; readonly wakeDue: () => Promise<void> },
  until: (problem: string | undefined) => boolean,
) {
  const stop = new AbortController()
  const log = recordingLog()
  const loop = createLaneLoop({
    ...steps,
    chain: { id: 1, name: 'a chain', blockTimeMs: 1 },
    lanes: { lead: async () => ({ release: async () => {} }) },
    log,
    metrics: recordingMetrics(),
  })
  const running = loop.run(stop.signal)
  try {
    return await eventually(
      async () => loop.problem() ?? '',
      (said) => until(said || undefined),
    )
  } finally {
    stop.abort()
    await running
  }
}

it('publishes whether it leads the chain', async () => {
  const metrics = recordingMetrics()
  const leads = () => metrics.gauges.get('coldsweep_leader')
  let free = false
  let lose = () => {}
  const loop = createLaneLoop({
    track: async () => {},
    wakeDue: async () => {},
    chain: { id: 1, name: 'a chain', blockTimeMs: 1 },
    lanes: {
      lead: async (_, lost) => {
        lose = lost
        return free ? { release: async () => {} } : undefined
      },
    },
    log: recordingLog(),
    metrics,
  })
  expect(leads()).toBe(0)
  free = true
  const stop = runLoop(loop)
  await eventually(leads, (value) => value === 1)
  free = false
  lose()
  await eventually(leads, (value) => value === 0)
  await stop()
})

const fails = (why: string) => () => Promise.reject(new Error(why))

it('sends wake-ups in the same poll when tracking a transaction fails', async () => {
  let woken = 0
  const said = await looking(
    {
      track: fails('one is odd'),
      wakeDue: async () => {
        woken += 1
      },
    },
    (problem) => problem !== 'not started' && woken > 0,
  )
  expect(said).toBe('lane tracking failed on a chain: one is odd')
})

it('reports failed wake-ups as a health problem', async () => {
  let tracked = 0
  const said = await looking(
    {
      track: async () => {
        tracked += 1
      },
      wakeDue: fails('no database'),
    },
    (problem) => problem?.includes('no database') === true,
  )
  expect(said).toBe('lane wake-ups failed on a chain: no database')
  expect(tracked).toBeGreaterThan(0)
})

it('is healthy when both steps succeed', async () => {
  expect(
    await looking(
      { track: async () => {}, wakeDue: async () => {} },
      (problem) => problem === undefined,
    ),
  ).toBe('')
})
