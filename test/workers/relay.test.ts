import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BusUnreachable } from '../../domain/errors.ts'
import { BadInput } from '../../domain/money-errors.ts'
import type { BusFailure, BusPublisher } from '../../domain/outbox/bus.ts'
import type { Loop } from '../../runtime/loop.ts'
import { createRelay } from '../../workers/relay.ts'
import { type ArrayOutbox, arrayOutbox } from '../harness/fakes/array-outbox.ts'
import { recordingLog } from '../harness/fakes/recording-log.ts'
import { recordingMetrics } from '../harness/fakes/recording-metrics.ts'
import { eventually } from '../harness/waiting/eventually.ts'
import { runLoop } from '../harness/waiting/run-loop.ts'

describe('the relay', () => {
  let outbox: ArrayOutbox
  let sent: unknown[]
  let failures: BusFailure[]
  let refuse: (body: unknown) => Error | undefined
  let metrics: ReturnType<typeof recordingMetrics>
  let log: ReturnType<typeof recordingLog>
  let relay: Loop
  let stop: () => Promise<void>
  beforeEach(() => {
    outbox = arrayOutbox()
    sent = []
    failures = []
    refuse = () => undefined
    metrics = recordingMetrics()
    log = recordingLog()
    const take = async (body: unknown) => {
      const error = refuse(body)
      if (error) throw error
      sent.push(body)
    }
    const publisher: BusPublisher = {
      publishWork: (_queue, body) => take(body),
      publishEvent: take,
      publishFailure: async (failure) => void failures.push(failure),
    }
    relay = createRelay({ outbox, publisher, log, metrics, idleMs: 5, lagEveryMs: 10 })
    stop = runLoop(relay)
  })
  afterEach(async () => {
    await stop()
  })
  const empty = () =>
    eventually(
      () => outbox.rows.length,
      (count) => count === 0,
    )

  it('publishes the rows of the outbox in order and deletes them', async () => {
    for (let n = 0; n < 250; n += 1) outbox.owe('work', 'Gas_Collection', n)
    await empty()
    expect(sent).toEqual(Array.from({ length: 250 }, (_, n) => n))
    expect(metrics.counts.get('coldsweep_relayed_total')).toBe(250)
    expect(relay.problem()).toBeUndefined()
  })

  it('keeps unconfirmed rows and reports a health problem until the broker is back', async () => {
    refuse = () => new BusUnreachable('RabbitMQ could not be reached: ECONNREFUSED')
    outbox.owe('work', 'Gas_Collection', 'a')
    await eventually(relay.problem, (problem) => problem !== undefined)
    expect(relay.problem()).toBe('work is blocked: RabbitMQ could not be reached: ECONNREFUSED')
    await eventually(
      () => metrics.gauges.get('coldsweep_outbox_lag_seconds') !== undefined,
      (told) => told,
    )
    expect(outbox.rows).toHaveLength(1)
    refuse = () => undefined
    await empty()
    await eventually(relay.problem, (problem) => problem === undefined)
    expect(sent).toEqual(['a'])
    expect(log.lines.filter(({ level }) => level === 'warn')).toHaveLength(1)
  })

  it('publishes work messages although no event can be published', async () => {
    refuse = (body) =>
      String(body).startsWith('event') ? new BusUnreachable('no exchange') : undefined
    for (let n = 0; n < 300; n += 1) outbox.owe('event', 'sweep.done', `event ${n}`)
    outbox.owe('work', 'Gas_Collection', 'work')
    await eventually(
      () => sent.length,
      (count) => count === 1,
    )
    expect(sent).toEqual(['work'])
    await eventually(relay.problem, (problem) => problem === 'event is blocked: no exchange')
    expect(outbox.rows).toHaveLength(300)
  })

  it('deletes confirmed rows if another row fails, and reports that work is blocked', async () => {
    refuse = (body) => (body === 'b' ? new BusUnreachable('nacked') : undefined)
    for (const body of ['a', 'b', 'c']) outbox.owe('work', 'Gas_Collection', body)
    await eventually(relay.problem, (problem) => problem === 'work is blocked: nacked')
    expect(outbox.rows.map(({ body }) => body)).toEqual(['b'])
    refuse = () => undefined
    await empty()
    expect(sent).toEqual(['a', 'c', 'b'])
  })

  it('moves a row with an invalid message to Processing_Failures, and publishes later rows', async () => {
    refuse = (body) => (body === 'broken' ? new BadInput('not a work message: v: …') : undefined)
    outbox.owe('work', 'Gas_Collection', 'broken')
    outbox.owe('work', 'Gas_Collection', 'good')
    await empty()
    expect(sent).toEqual(['good'])
    expect(failures).toEqual([
      { source: 'Gas_Collection', reason: 'not a work message: v: …', body: 'broken' },
    ])
    expect(relay.problem()).toBeUndefined()
  })

  it('reports an unreachable database, and continues when the database is back', async () => {
    const { drain } = outbox
    Object.assign(outbox, {
      drain: async () => {
        throw new Error('the database could not be reached: ECONNREFUSED')
      },
    })
    outbox.owe('work', 'Gas_Collection', 'a')
    await eventually(relay.problem, (problem) => problem?.includes('database') ?? false)
    Object.assign(outbox, { drain })
    await empty()
  })
})
