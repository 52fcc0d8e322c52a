import { connect } from 'amqplib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createBusConsumer } from '../../../adapters/amqplib/bus-consumer.ts'
import { createBusPublisher } from '../../../adapters/amqplib/bus-publisher.ts'
import { type Bus, connectBus } from '../../../adapters/amqplib/connect-bus.ts'
import { createFailedMessages } from '../../../adapters/amqplib/failures.ts'
import { declareTopology } from '../../../adapters/amqplib/topology.ts'
import type { BusPublisher, BusSubscription, Verdict } from '../../../domain/outbox/bus.ts'
import type { WorkMessage } from '../../../domain/outbox/event.ts'
import { aWorkMessage } from '../../harness/factories/a-work-message.ts'
import { recordingLog } from '../../harness/fakes/recording-log.ts'
import { type OwnProxy, ownProxy } from '../../harness/proxies/own-proxy.ts'
import { type OwnBus, ownBus } from '../../harness/services/own-bus.ts'
import { eventually } from '../../harness/waiting/eventually.ts'

describe('a bus consumer, which hands messages of a work queue to a handler', () => {
  let own: OwnBus
  let proxy: OwnProxy
  let bus: Bus
  let direct: Bus
  let publisher: BusPublisher
  let subscription: BusSubscription | undefined
  beforeEach(async () => {
    own = await ownBus()
    await declareTopology(own.url, own.prefix)
    const { hostname, port } = new URL(own.url)
    proxy = await ownProxy(hostname, Number(port))
    const through = { hostname: '127.0.0.1', port: proxy.port }
    const url = Object.assign(new URL(own.url), through).href
    const options = { prefix: own.prefix, name: 'test', log: recordingLog() }
    bus = await connectBus({ url, ...options })
    direct = await connectBus({ url: own.url, ...options })
    await direct.ready(60_000)
    publisher = createBusPublisher(direct)
  })
  afterEach(async () => {
    proxy.restore()
    await subscription?.close()
    await bus.close()
    await direct.close()
    await proxy.close()
    await own.drop()
  })

  function consume(
    handle: (message: WorkMessage) => Promise<Verdict>,
    options: { readonly prefetch?: number; readonly idleMs?: number } = {},
  ) {
    subscription = createBusConsumer({ bus, log: recordingLog(), ...options }).consume(
      'Gas_Collection',
      handle,
    )
    return subscription
  }
  const send = (message: WorkMessage) => publisher.publishWork('Gas_Collection', message)
  /** Closes the consumer, which returns its unacked messages, and counts the queue’s messages. */
  async function left() {
    await subscription?.close()
    const { messageCount } = await own.channel.checkQueue(`${own.prefix}Gas_Collection`)
    return messageCount
  }

  it('hands each message to the handler once, and acked messages leave the queue', async () => {
    const seen: string[] = []
    consume(async ({ depositId }) => {
      seen.push(depositId)
      return { kind: 'ack' }
    })
    const messages = Array.from({ length: 20 }, () => aWorkMessage())
    await Promise.all(messages.map(send))
    await eventually(
      () => seen.length,
      (count) => count === 20,
    )
    expect(seen).toEqual(messages.map(({ depositId }) => depositId))
    expect(await left()).toBe(0)
  })

  it('moves an invalid message unchanged to Processing_Failures, with its queue and the reason', async () => {
    const seen: string[] = []
    consume(async ({ depositId }) => {
      seen.push(depositId)
      return { kind: 'ack' }
    })
    const bodies = ['no JSON at all', JSON.stringify({ ...aWorkMessage(), amount: 1.5 })]
    for (const body of bodies) {
      own.channel.sendToQueue(`${own.prefix}Gas_Collection`, Buffer.from(body))
    }
    const good = aWorkMessage()
    await send(good)
    await eventually(
      () => own.count('Processing_Failures'),
      (count) => count === 2,
    )
    await eventually(
      () => seen.length,
      (count) => count === 1,
    )
    expect(seen).toEqual([good.depositId])
    const failed = await createFailedMessages(direct).list(10)
    expect(failed.map(({ body }) => body)).toEqual(bodies)
    expect(failed.map(({ queue }) => queue)).toEqual(['Gas_Collection', 'Gas_Collection'])
    expect(failed.map(({ reason }) => reason)).toEqual([
      'the body is not JSON',
      expect.stringMatching(/^not a work message: amount: /),
    ])
    expect(await left()).toBe(0)
  })

  it('moves a message to Processing_Failures with the reason if the handler returns fail', async () => {
    consume(async () => ({ kind: 'fail', reason: 'nobody knows this deposit' }))
    await send(aWorkMessage())
    await eventually(
      () => own.count('Processing_Failures'),
      (count) => count === 1,
    )
    const failed = await own.take('Processing_Failures')
    expect(failed?.properties.headers).toMatchObject({
      'failure-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      'failure-queue': 'Gas_Collection',
      'failure-reason': 'nobody knows this deposit',
      'failure-at': expect.stringMatching(/^\d{4}-.*Z$/),
    })
    expect(await left()).toBe(0)
  })

  it('receives a message again after the handler threw an error or returned `again`', async () => {
    let times = 0
    consume(async () => {
      times += 1
      if (times === 1) throw new Error('the database is away')
      return times === 2 ? { kind: 'again' } : { kind: 'ack' }
    })
    await send(aWorkMessage())
    await eventually(
      () => times,
      (count) => count === 3,
    )
    expect(await left()).toBe(0)
  })

  it('holds at most `prefetch` unacked messages, and returns unacked messages to the queue at a pause', async () => {
    let held = 0
    let release = () => {}
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    const paused = consume(
      async () => {
        held += 1
        await released
        return { kind: 'again' }
      },
      { prefetch: 4 },
    )
    await Promise.all(Array.from({ length: 10 }, () => send(aWorkMessage())))
    await eventually(
      () => held,
      (count) => count === 4,
    )
    expect(await own.count('Gas_Collection')).toBe(6)
    release()
    await paused.pause()
    await eventually(
      () => own.count('Gas_Collection'),
      (count) => count === 10,
    )
    expect(paused.problem()).toBeUndefined()
    const heldThen = held
    paused.resume()
    await eventually(
      () => held,
      (count) => count > heldThen,
    )
  })

  it('reconnects after a broken connection, and receives unacked messages again', async () => {
    const seen = new Map<string, number>()
    const consuming = consume(async ({ depositId }) => {
      const times = (seen.get(depositId) ?? 0) + 1
      seen.set(depositId, times)
      // The first ack does not reach the broker, because the connection is cut.
      if (times === 1) proxy.cut()
      return { kind: 'ack' }
    })
    const message = aWorkMessage()
    await send(message)
    await eventually(
      () => consuming.problem(),
      (problem) => problem?.startsWith('RabbitMQ could not be reached') ?? false,
    )
    proxy.restore()
    await eventually(
      () => seen.get(message.depositId),
      (times) => times === 2,
    )
    await eventually(
      () => consuming.problem(),
      (problem) => problem === undefined,
    )
    expect(await left()).toBe(0)
  })

  it('starts to receive once the broker is reachable', async () => {
    proxy.cut()
    const seen: string[] = []
    const late = consume(async ({ depositId }) => {
      seen.push(depositId)
      return { kind: 'ack' }
    })
    expect(late.problem()).toBeDefined()
    await send(aWorkMessage())
    proxy.restore()
    await eventually(
      () => seen.length,
      (count) => count === 1,
    )
  })

  it('continues after the queue was deleted and declared again', async () => {
    const seen: string[] = []
    consume(
      async ({ depositId }) => {
        seen.push(depositId)
        return { kind: 'ack' }
      },
      { idleMs: 2_000 },
    )
    await send(aWorkMessage())
    await eventually(
      () => seen.length,
      (count) => count === 1,
    )
    await own.channel.deleteQueue(`${own.prefix}Gas_Collection`)
    const again = () => send(aWorkMessage()).catch(() => {})
    await eventually(
      async () => {
        await again()
        return seen.length
      },
      (count) => count > 1,
    )
  })

  it('keeps a failed message until Processing_Failures exists again', async () => {
    consume(async () => ({ kind: 'fail', reason: 'wrong' }))
    await send(aWorkMessage())
    await eventually(
      () => own.count('Processing_Failures'),
      (count) => count === 1,
    )
    await own.channel.deleteQueue(`${own.prefix}Processing_Failures`)
    await send(aWorkMessage())
    const count = () => own.count('Processing_Failures')
    await eventually(
      async () => {
        // A check of a missing queue closes its channel, so each check opens a new connection.
        const looking = await connect(own.url)
        try {
          const channel = await looking.createChannel()
          channel.on('error', () => {})
          return await channel.checkQueue(`${own.prefix}Processing_Failures`).then(
            (queue) => queue.messageCount,
            () => 0,
          )
        } finally {
          await looking.close()
        }
      },
      (messages) => messages === 1,
    )
    expect(await count()).toBe(1)
    expect(await left()).toBe(0)
  })

  it('a message that was returned too often moves to Processing_Failures, and requeue restores the message', async () => {
    const message = aWorkMessage()
    await send(message)
    const { consumerTag } = await own.channel.consume(`${own.prefix}Gas_Collection`, (taken) => {
      if (taken) own.channel.nack(taken, false, true)
    })
    await eventually(
      () => own.count('Processing_Failures'),
      (count) => count === 1,
    )
    await own.channel.cancel(consumerTag)
    const [failed] = await createFailedMessages(direct).list(10)
    expect(failed).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      queue: 'Gas_Collection',
      reason: 'returned too often without an answer (delivery_limit)',
      failedAt: expect.stringMatching(/^\d{4}-/),
      body: JSON.stringify(message),
    })
    expect(await createFailedMessages(direct).requeue(failed?.id ?? '')).toBe(true)
    const back = await own.take('Gas_Collection')
    expect(back?.content.toString()).toBe(JSON.stringify(message))
    expect(Object.keys(back?.properties.headers ?? {})).toEqual(['x-delivery-count'])
  })
})
