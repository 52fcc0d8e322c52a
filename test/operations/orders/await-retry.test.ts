import { describe, expect, it } from 'vitest'
import type { Deposit } from '../../../domain/deposits/deposit.ts'
import { awaitRetry, judgeRetry, type RetryView } from '../../../operations/orders/await-retry.ts'
import { sleep } from '../../../runtime/sleep.ts'
import { aDeposit } from '../../harness/factories/a-deposit.ts'

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds))
const [long, ordered, followed, later] = [at(0), at(5), at(6), at(9)]
const refused = { state: 'needs-attention', reason: 'token-refused', detail: 'paused' } as const
const before = aDeposit({ ...refused, since: long })
const parked = aDeposit({ state: 'waiting', reason: 'keeper-low', detail: '', since: long })
const never = new AbortController().signal

const viewOf = (
  was: Deposit,
  now: Partial<Deposit> = {},
  run: Partial<RetryView> = {},
): RetryView => ({
  deposit: aDeposit({ ...was, ...now }),
  followedAt: followed,
  lastRunAt: long,
  ...run,
})

describe('the end of a retry', () => {
  it.each([
    ['in the same state', refused, undefined],
    ['failed again with the same reason', { ...refused, since: later }, 'failed'],
    ['failed for another reason', { ...refused, reason: 'reverted', since: later }, 'failed'],
    ['failed by an earlier order', { ...refused, since: ordered }, undefined],
    ['sweeping', { state: 'sweeping', reason: '', since: later }, 'continues'],
    ['confirming the sweep', { state: 'confirming-sweep', reason: '', since: later }, 'continues'],
    ['done', { state: 'done', reason: '', since: later }, 'continues'],
    ['waiting', { state: 'waiting', reason: 'keeper-low', since: later }, 'waiting'],
    ['handed over', { state: 'waiting', reason: 'queued', since: later }, undefined],
    ['ignored', { state: 'ignored', reason: 'dust', since: later }, 'ignored'],
    ['orphaned', { state: 'orphaned', reason: '', since: later }, 'orphaned'],
    ['unconfirmed by a reorg', { state: 'confirming', reason: '', since: later }, 'waiting'],
  ] as const)('of a deposit that is %s', (_, now, kind) => {
    expect(judgeRetry(before, viewOf(before, now), 0)?.kind).toBe(kind)
  })

  it('is not the failure of another order before this order was received', () => {
    const view = viewOf(before, { ...refused, since: later }, { followedAt: null })
    expect(judgeRetry(before, view, 60_000)).toBeUndefined()
  })

  it('is the same wait once a plan has ended in it', () => {
    const planned = viewOf(parked, {}, { lastRunAt: later })
    expect(judgeRetry(parked, planned, 0)).toBeUndefined()
    expect(judgeRetry(parked, planned, 5_000)).toMatchObject({
      kind: 'waiting',
      message: expect.stringContaining('is still waiting(keeper-low)'),
      hint: expect.stringContaining('refilled'),
    })
    expect(judgeRetry(parked, viewOf(parked), 60_000)).toBeUndefined()
  })

  it('is no failure for a sweep that was already at work when the order was received', () => {
    const busy = aDeposit({ state: 'sweeping', reason: '', since: long })
    expect(judgeRetry(busy, viewOf(busy, {}, { followedAt: null }), 0)).toBeUndefined()
    expect(judgeRetry(busy, viewOf(busy), 0)).toEqual({ kind: 'continues' })
  })
})

describe('retry --wait', () => {
  it('shows each state until the end', async () => {
    const reads = [
      viewOf(before, {}, { followedAt: null }),
      viewOf(before),
      viewOf(before, { state: 'waiting', reason: 'queued', since: later }),
      viewOf(before, { state: 'done', reason: '', since: later }),
    ]
    const said: string[] = []
    const ports = {
      read: async () => reads.shift() as RetryView,
      sleep: async () => {},
      note: (line: string) => void said.push(line.replace(`${before.id}: `, '')),
    }
    const end = await awaitRetry(before, { seconds: 30, stop: never }, ports)
    expect(end).toMatchObject({ end: { kind: 'continues' }, deposit: { state: 'done' } })
    expect(said).toEqual([
      'its workflow has received the retry',
      'needs-attention(token-refused) → waiting(queued)',
      'waiting(queued) → done',
    ])
  })

  it('ends at the deadline and when it is interrupted, with the state', async () => {
    const read = async () => viewOf(before, {}, { followedAt: null })
    const ports = { read, sleep, note: () => {} }
    const late = await awaitRetry(before, { seconds: 0, stop: never }, ports)
    expect(late.end).toMatchObject({
      kind: 'deadline',
      message: expect.stringContaining('still needs-attention(token-refused) after 0 s'),
      hint: expect.stringContaining('is a worker running?'),
    })
    const stop = AbortSignal.abort()
    const ended = await awaitRetry(
      before,
      { seconds: 60, stop },
      { ...ports, read: async () => viewOf(before) },
    )
    expect(ended.end).toMatchObject({
      kind: 'deadline',
      message: expect.stringContaining('interrupted'),
      hint: expect.stringContaining(`coldsweep sweep ${before.id}`),
    })
  })
})
