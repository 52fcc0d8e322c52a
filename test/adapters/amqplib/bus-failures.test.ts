import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createBusPublisher } from '../../../adapters/amqplib/bus-publisher.ts'
import { type Bus, connectBus } from '../../../adapters/amqplib/connect-bus.ts'
import { createFailedMessages } from '../../../adapters/amqplib/failures.ts'
import { declareTopology } from '../../../adapters/amqplib/topology.ts'
import { BusRefused } from '../../../domain/errors.ts'
import type { FailedMessages } from '../../../domain/outbox/failed-messages.ts'
import { aWorkMessage } from '../../harness/factories/a-work-message.ts'
import { recordingLog } from '../../harness/fakes/recording-log.ts'
import { type OwnBus, ownBus } from '../../harness/services/own-bus.ts'
import { eventually } from '../../harness/waiting/eventually.ts'

const busyWords = 'another command is browsing'

describe('createFailedMessages, which lists, requeues and drops Processing_Failures', () => {
  let own: OwnBus
  let buses: Bus[]
  let failures: FailedMessages
  beforeEach(async () => {
    own = await ownBus()
    await declareTopology(own.url, own.prefix)
    buses = []
    failures = await oneMore()
  })
  afterEach(async () => {
    for (const bus of buses) await bus.close()
    await own.drop()
  })

  /** Opens one more connection, as another process would. */
  async function oneMore(): Promise<FailedMessages> {
    const log = recordingLog()
    const bus = await connectBus({ url: own.url, prefix: own.prefix, name: 'test', log })
    buses.push(bus)
    await bus.ready(60_000)
    return createFailedMessages(bus)
  }

  /**
   * Repeats a call until it succeeds. Only one command can browse the queue, and a command that has
   * waited 10 s for its turn fails.
   */
  async function inTurn<T>(act: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await act()
      } catch (error) {
        const others = error instanceof BusRefused && error.message.startsWith(busyWords)
        if (!others) throw error
      }
    }
  }

  async function fail(count: number, source = 'Gas_Collection') {
    const publisher = createBusPublisher(buses[0] as Bus)
    for (let n = 1; n <= count; n += 1) {
      await publisher.publishFailure({ source, reason: `reason ${n}`, body: { n } })
    }
    return failures.list(1_000)
  }
  const reasons = async (limit = 1_000) => (await failures.list(limit)).map(({ reason }) => reason)

  it('lists the oldest message first, and returns the same list at each repeat', async () => {
    expect(await failures.list(10)).toEqual([])
    const [first] = await fail(5)
    expect(first).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      queue: 'Gas_Collection',
      reason: 'reason 1',
      failedAt: expect.stringMatching(/^\d{4}-.*Z$/),
      body: '{"n":1}',
    })
    expect(await reasons(2)).toEqual(['reason 1', 'reason 2'])
    for (let times = 0; times < 30; times += 1) {
      expect(await reasons()).toHaveLength(5)
    }
    expect(await reasons()).toEqual([1, 2, 3, 4, 5].map((n) => `reason ${n}`))
    expect((await failures.list(1))[0]?.id).toBe(first?.id)
  })

  it('lists at most 2,000 characters of a body', async () => {
    own.channel.sendToQueue(`${own.prefix}Processing_Failures`, Buffer.from('x'.repeat(9_000)))
    await expect.poll(() => failures.list(10)).toHaveLength(1)
    const [failed] = await failures.list(10)
    expect(failed?.body).toHaveLength(2_000)
    expect(failed).toMatchObject({
      queue: '',
      failedAt: '',
      reason: expect.stringContaining('no reason given'),
    })
    expect((await failures.list(10))[0]?.id).toBe(failed?.id)
  })

  it('requeues exactly one message unchanged to its original queue', async () => {
    const message = aWorkMessage()
    const publisher = createBusPublisher(buses[0] as Bus)
    const [, second] = await fail(3)
    await publisher.publishFailure({ source: 'Gas_Collection', reason: 'was so', body: message })
    const id = (await failures.list(10)).at(-1)?.id ?? ''
    expect(await failures.requeue(id)).toBe(true)
    const back = await own.take('Gas_Collection')
    expect(JSON.parse(String(back?.content))).toEqual(message)
    expect(Object.keys(back?.properties.headers ?? {})).toEqual(['x-delivery-count'])
    expect(await failures.requeue(id)).toBe(false)
    expect(await reasons()).toEqual(['reason 1', 'reason 2', 'reason 3'])
    expect(await failures.requeue(second?.id ?? '')).toBe(true)
    expect(await reasons()).toEqual(['reason 1', 'reason 3'])
    expect(await own.count('Gas_Collection')).toBe(1)
  })

  it('keeps the message and throws BadInput if a requeued message came from no work queue', async () => {
    const [event] = await fail(1, 'sweep.done')
    const refused = failures.requeue(event?.id ?? '')
    await expect(refused).rejects.toMatchObject({
      name: 'BadInput',
      message: expect.stringMatching(/sweep\.done/),
    })
    expect(await reasons()).toEqual(['reason 1'])
  })

  it('drops exactly one message and returns it', async () => {
    const [first, second] = await fail(3)
    expect(await failures.drop(second?.id ?? '')).toEqual(second)
    expect(await failures.drop(second?.id ?? '')).toBeUndefined()
    expect(await failures.drop('no such id')).toBeUndefined()
    expect(await reasons()).toEqual(['reason 1', 'reason 3'])
    expect((await failures.list(1))[0]).toEqual(first)
  })

  it('drops only one of two equal messages', async () => {
    for (let n = 0; n < 2; n += 1) {
      own.channel.sendToQueue(`${own.prefix}Processing_Failures`, Buffer.from('same'))
    }
    await expect.poll(() => failures.list(10)).toHaveLength(2)
    const [one] = await failures.list(10)
    expect(await failures.drop(one?.id ?? '')).toEqual(one)
    expect(await failures.list(10)).toEqual([one])
  })

  it('returns complete lists while several processes list, drop and requeue concurrently', async () => {
    const failed = await fail(40)
    const others = await Promise.all([oneMore(), oneMore(), oneMore()])
    const answers = await Promise.all([
      ...others.map((other) => inTurn(() => other.list(1_000))),
      ...others.map((other, n) => inTurn(() => other.drop(failed[n * 10]?.id ?? ''))),
      inTurn(() => failures.requeue(failed[35]?.id ?? '')),
    ])
    for (const listed of answers.slice(0, 3)) {
      // 40 messages minus the 4 that are dropped or requeued.
      expect((listed as unknown[]).length).toBeGreaterThanOrEqual(36)
    }
    expect(answers.slice(3, 6)).toEqual([failed[0], failed[10], failed[20]])
    expect(answers[6]).toBe(true)
    expect(await reasons()).toHaveLength(36)
    expect(await own.count('Gas_Collection')).toBe(1)
  })

  it('loses no message if a browsing command is killed while it holds all messages', async () => {
    const failed = await fail(5)
    const script = new URL('../../harness/processes/browse-and-die.ts', import.meta.url).pathname
    const args = ['--import', 'tsx', script, own.url, own.prefix]
    const child = spawn(process.execPath, args, { stdio: 'inherit' })
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL'])
    await expect.poll(() => failures.list(10)).toEqual(failed)
  })

  it('lists 3,000 messages completely', async () => {
    const body = Buffer.from(JSON.stringify(aWorkMessage()))
    for (let n = 0; n < 3_000; n += 1) {
      own.channel.sendToQueue(`${own.prefix}Processing_Failures`, body, { messageId: `m${n}` })
    }
    const count = () => own.count('Processing_Failures')
    await expect.poll(count, { timeout: 60_000 }).toBe(3_000)
    let last = ''
    // A call stops reading if no message arrives for 2 s. The broker may return the messages of an
    // earlier call later than that, so the list may be incomplete at first.
    await eventually(
      async () => {
        const all = await failures.list(5_000)
        last = all.at(-1)?.id ?? ''
        return all.length
      },
      (length) => length === 3_000,
    )
    await eventually(
      () => failures.drop(last),
      (dropped) => dropped !== undefined,
    )
    await expect.poll(count).toBe(2_999)
  })

  it('throws BusUnreachable if the broker is unreachable', async () => {
    const log = recordingLog()
    const url = 'amqp://guest:guest@127.0.0.1:1'
    const bus = await connectBus({ url, prefix: 'x:', name: 'test', log })
    buses.push(bus)
    const away = createFailedMessages(bus).list(1)
    await expect(away).rejects.toMatchObject({
      name: 'BusUnreachable',
      message: expect.stringMatching(/ECONNREFUSED/),
    })
  })
})
