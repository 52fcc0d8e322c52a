import { afterEach, expect, it } from 'vitest'
import type { Unfinished } from '../../../domain/books/row-figures.ts'
import { TemporalUnreachable } from '../../../domain/errors.ts'
import { createWorkerWatch } from '../../../scanner/context/worker-watch.ts'
import { eventually } from '../../harness/waiting/eventually.ts'
import { runLoop } from '../../harness/waiting/run-loop.ts'

let polling: () => Promise<readonly string[]> = async () => []
let unfinished: readonly Unfinished[] = []
let gauge: number | undefined
let stop = async () => {}
afterEach(() => stop())

function watch() {
  const loop = createWorkerWatch({
    workers: { polling: () => polling() },
    figures: { unfinished: async () => unfinished },
    metrics: {
      count() {},
      gauge: (_name, _labels, value) => {
        gauge = value
      },
    },
    everyMs: 5,
  })
  stop = runLoop(loop)
  return loop
}

const of = (state: Unfinished['state']): Unfinished => ({
  chainId: 1,
  state,
  reason: '',
  count: 3,
  oldestSeconds: 60,
})

it('reports that no worker polls while deposits need one, until a worker polls', async () => {
  polling = async () => []
  unfinished = [of('waiting'), of('confirming')]
  const loop = watch()
  const problem = await eventually(loop.problem, (words) => words !== undefined)
  expect(problem).toMatch(/^no worker polls Temporal; 3 unfinished deposits need one/)
  expect(gauge).toBe(0)
  polling = async () => ['17@host']
  await eventually(loop.problem, (words) => words === undefined)
  expect(gauge).toBe(1)
})

it('is ready without a worker while no deposit was handed over', async () => {
  polling = async () => []
  unfinished = [of('detected'), of('confirming'), of('needs-attention')]
  gauge = undefined
  const loop = watch()
  await eventually(
    () => gauge,
    (value) => value === 0,
  )
  expect(loop.problem()).toBeUndefined()
})

it('knows nothing while Temporal does not answer', async () => {
  let asked = 0
  polling = async () => {
    asked += 1
    throw new TemporalUnreachable('down')
  }
  unfinished = [of('waiting')]
  const loop = watch()
  await eventually(
    () => asked,
    (times) => times > 2,
  )
  expect(loop.problem()).toBeUndefined()
})
