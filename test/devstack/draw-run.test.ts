import { expect, test } from 'vitest'
import { drawRun, services } from '../faults/draw-run.ts'
import { crashPoints } from '../harness/processes/crash-points.ts'

const runs = Array.from({ length: 300 }, (_, seed) => drawRun(seed))

test('a seed decides the whole run', () => {
  expect(runs.map(({ seed }) => drawRun(seed))).toEqual(runs)
  expect(new Set(runs.map((run) => JSON.stringify({ ...run, seed: 0 }))).size).toBe(300)
})

test('some hundred runs order nearly every crash point, and cut every service', () => {
  const ordered = runs.flatMap(({ processes }) =>
    processes.flatMap(({ kills }) => kills.flatMap(({ at }) => (at === 'once' ? [] : [at.point]))),
  )
  expect(new Set(ordered).size).toBeGreaterThan(crashPoints.length * 0.9)
  expect(new Set(runs.flatMap(({ cuts }) => cuts.map(({ service }) => service))).size).toBe(
    services.length,
  )
})

test('no two crash points have one name', () => {
  expect(new Set(crashPoints.map(({ name }) => name)).size).toBe(crashPoints.length)
})
