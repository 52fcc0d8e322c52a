import { expect, it } from 'vitest'
import { createLaneLoop } from '../../workers/lanes.ts'
import { recordingLog } from '../harness/fakes/recording-log.ts'
import { recordingMetrics } from '../harness/fakes/recording-metrics.ts'
import { eventually } from '../harness/waiting/eventually.ts'

/** A lane loop that leads, over two steps that a test gives. */
async function looking(
  steps: { readonly tend: () => Promise<void>; readonly wakeDue: () => Promise<void> },
  until: (trouble: string | undefined) => boolean,
) {
  const stop = new AbortController()
  const log = recordingLog()
  const loop = createLaneLoop({
    ...steps,
    chain: { id: 1, name: 'a chain', blockTimeMs: 1 },
    watch: { lead: async () => ({ release: async () => {} }) },
    log,
    metrics: recordingMetrics(),
  })
  const running = loop.run(stop.signal)
  try {
    return await eventually(
      async () => loop.trouble() ?? '',
      (said) => until(said || undefined),
    )
  } finally {
    stop.abort()
    await running
  }
}

const fails = (why: string) => () => Promise.reject(new Error(why))

it('a transaction that can’t be tended keeps nobody asleep: wake-ups are sent in the same look', async () => {
  let woken = 0
  const said = await looking(
    {
      tend: fails('one is odd'),
      wakeDue: async () => {
        woken += 1
      },
    },
    (trouble) => trouble !== 'not started' && woken > 0,
  )
  expect(said).toBe("the lanes of a chain can't be tended: one is odd")
})

it('wake-ups that fail are trouble too, and are told', async () => {
  let tended = 0
  const said = await looking(
    {
      tend: async () => {
        tended += 1
      },
      wakeDue: fails('no database'),
    },
    (trouble) => trouble?.includes('no database') === true,
  )
  expect(said).toBe("the lanes of a chain can't wake whom they free: no database")
  expect(tended).toBeGreaterThan(0)
})

it('when both go well there is no trouble', async () => {
  expect(
    await looking(
      { tend: async () => {}, wakeDue: async () => {} },
      (trouble) => trouble === undefined,
    ),
  ).toBe('')
})
