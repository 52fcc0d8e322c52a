import { expect, test } from 'vitest'
import { drawRun, services } from '../faults/draw-run.ts'
import { crashPoints } from '../harness/processes/crash-points.ts'

const runs = Array.from({ length: 300 }, (_, seed) => drawRun(seed))

test('equal seeds draw equal runs, and different seeds draw different runs', () => {
  expect(runs.map(({ seed }) => drawRun(seed))).toEqual(runs)
  expect(new Set(runs.map((run) => JSON.stringify({ ...run, seed: 0 }))).size).toBe(300)
})

test('300 runs order kills at more than 90 % of the crash points, and interrupt every service', () => {
  const ordered = runs.flatMap(({ processes }) =>
    processes.flatMap(({ kills }) => kills.flatMap(({ at }) => (at === 'once' ? [] : [at.point]))),
  )
  expect(new Set(ordered).size).toBeGreaterThan(crashPoints.length * 0.9)
  expect(new Set(runs.flatMap(({ cuts }) => cuts.map(({ service }) => service))).size).toBe(
    services.length,
  )
})

test('crash points have unique names', () => {
  expect(new Set(crashPoints.map(({ name }) => name)).size).toBe(crashPoints.length)
})
