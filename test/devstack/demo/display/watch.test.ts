import { expect, test } from 'vitest'
import type { Row } from '../../../../devstack/demo/display/rows.ts'
import {
  type Change,
  changesBetween,
  countStates,
  watchRows,
} from '../../../../devstack/demo/display/watch.ts'
import { aRow } from './a-row.ts'

const quiet = { onRead: () => {}, abort: () => undefined }

test('changesBetween returns new rows and rows with a new state', () => {
  const before = [aRow({ id: 'a', state: 'confirming' }), aRow({ id: 'b', state: 'done' })]
  const now = [
    aRow({ id: 'a', state: 'sweeping' }),
    aRow({ id: 'b', state: 'done', detail: 'x' }),
    aRow({ id: 'c' }),
  ]
  expect(changesBetween(before, now).map(({ row, before }) => [row.id, before])).toEqual([
    ['a', 'confirming'],
    ['c', undefined],
  ])
})

test('countStates ignores the ids in reasons', () => {
  const rows = [
    aRow({ state: 'waiting(sweep 1)' }),
    aRow({ state: 'waiting(sweep 2)' }),
    aRow({ state: 'done' }),
  ]
  expect(countStates(rows)).toBe('2 waiting(sweep), 1 done')
})

test('watchRows waits until the rows match, and reports each change once', async () => {
  const readings: Row[][] = [[], [aRow({ state: 'confirming' })], [aRow({ state: 'done' })]]
  const told: Change[] = []
  const watch = watchRows(
    { read: async () => (readings.length > 1 ? readings.shift() : readings[0]) ?? [] },
    { ...quiet, onRead: (_rows, changes) => told.push(...changes) },
  )
  await watch.until('it to be done', 10_000, (rows) => rows[0]?.state === 'done')
  await watch.close()
  expect(told.map(({ row }) => row.state)).toEqual(['confirming', 'done'])
})

test('watchRows rejects after the limit with the awaited condition and the states of the rows', async () => {
  const watch = watchRows({ read: async () => [aRow()] }, quiet)
  await watch.until('a row', 10_000, (rows) => rows.length > 0)
  await expect(watch.until('a miracle', 0, () => false)).rejects.toThrow(
    'waited 0 s for a miracle; states: 1 waiting(queued)',
  )
  await watch.close()
})

test('watchRows rejects if a process ended or the rows cannot be read', async () => {
  const dead = watchRows(
    { read: async () => [] },
    { ...quiet, abort: () => 'coldsweep worker ended with 1' },
  )
  await expect(dead.until('x', 60_000, () => false)).rejects.toThrow('worker ended with 1')
  await dead.close()
  const cut = watchRows({ read: () => Promise.reject(new Error('connection lost')) }, quiet)
  await expect(cut.until('x', 60_000, () => false)).rejects.toThrow('x: connection lost')
})
