import { expect, test } from 'vitest'
import {
  type QueuedFacts,
  whyDepositQueued,
  whyQueued,
  withCauses,
} from '../../../operations/views/why-queued.ts'

const queue = (consumers: number) => ({ queue: 'Regular_Transactions', messages: 4, consumers })
const healthy: QueuedFacts = { workers: 1, outboxSeconds: 0, queues: [queue(1)] }

test.each([
  ['nothing, if every service works', {}, []],
  ['nothing, if no service answers', { workers: undefined, queues: undefined }, []],
  ['the missing worker', { workers: 0 }, [/^no worker is polling Temporal/]],
  ['the missing intake', { queues: [queue(0)] }, [/^no intake reads Regular_Transactions$/]],
  ['the missing relay', { outboxSeconds: 90.5 }, [/in the outbox for 90 s/]],
  [
    'all causes',
    { workers: 0, outboxSeconds: 60, queues: [queue(0)] },
    [/outbox/, /intake/, /worker/],
  ],
] as const)('names %s', (_name, change, expected) => {
  const causes = whyQueued({ ...healthy, ...change })
  expect(causes).toHaveLength(expected.length)
  expected.forEach((pattern, i) => {
    expect(causes[i]).toMatch(pattern)
  })
})

test('names the message in Processing_Failures first', () => {
  const failure = { id: 'm-1', reason: 'amount is 2, not 1' }
  expect(whyDepositQueued({ ...healthy, workers: 0, failure })[0]).toContain(
    'in Processing_Failures as m-1 (amount is 2, not 1)',
  )
})

test('adds the causes to a detail', () => {
  expect(withCauses({ detail: '' }, ['a', 'b']).detail).toBe('a; b')
  expect(withCauses({ detail: 'x' }, []).detail).toBe('x')
})
