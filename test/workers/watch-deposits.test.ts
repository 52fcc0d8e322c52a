import { afterEach, beforeEach, expect, it } from 'vitest'
import { DatabaseUnreachable } from '../../domain/errors.ts'
import type { Unfinished } from '../../domain/ports/unfinished-deposits.ts'
import { createDepositWatch } from '../../workers/watch-deposits.ts'
import { eventually } from '../parts/eventually.ts'
import { runLoop } from '../parts/run-loop.ts'

/** Values by `metric chain state`. */
let gauges: Map<string, number>
let measure: () => Promise<readonly Unfinished[]>
let stop: () => Promise<void>
let loop: ReturnType<typeof createDepositWatch>

const oldest = 'coldsweep_oldest_unfinished_deposit_seconds'
const count = 'coldsweep_unfinished_deposits'

beforeEach(() => {
  gauges = new Map()
  measure = async () => []
  loop = createDepositWatch({
    chains: [
      { id: 1, name: 'one' },
      { id: 2, name: 'two' },
    ],
    deposits: { measure: () => measure() },
    metrics: {
      count() {},
      gauge: (name, { chain, state } = {}, value) =>
        void gauges.set(`${name} ${chain} ${state}`, value),
    },
    everyMs: 5,
  })
  stop = runLoop(loop)
})
afterEach(async () => {
  await stop()
})

const becomes = (key: string, value: number) =>
  eventually(
    () => gauges.get(key),
    (seen) => seen === value,
  )

it('tells count and greatest age of each chain’s states, and 0 again once nobody is in one', async () => {
  measure = async () => [{ chainId: 2, state: 'needs-attention', count: 3, oldestSeconds: 86_400 }]
  await becomes(`${oldest} two needs-attention`, 86_400)
  expect(gauges.get(`${count} two needs-attention`)).toBe(3)
  expect(gauges.get(`${oldest} one needs-attention`)).toBe(0)
  expect([...gauges.keys()].some((key) => / (done|ignored|orphaned)$/.test(key))).toBe(false)
  measure = async () => []
  await becomes(`${oldest} two needs-attention`, 0)
  expect(gauges.get(`${count} two needs-attention`)).toBe(0)
})

it('tells of a chain that is not in coldsweep.yaml any more, and 0 once nothing of it is left', async () => {
  measure = async () => [{ chainId: 3, state: 'waiting', count: 1, oldestSeconds: 60 }]
  await becomes(`${oldest} 3 (not in coldsweep.yaml) waiting`, 60)
  measure = async () => []
  await becomes(`${oldest} 3 (not in coldsweep.yaml) waiting`, 0)
})

it('is in trouble, and goes on, while the database is away', async () => {
  measure = async () => {
    throw new DatabaseUnreachable('the database hung up')
  }
  const trouble = await eventually(loop.trouble, (words) => words !== undefined)
  expect(trouble).toBe('unfinished deposits can’t be counted: the database hung up')
  measure = async () => []
  await eventually(loop.trouble, (words) => words === undefined)
})
