import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createBusPublisher } from '../../../adapters/amqplib/bus-publisher.ts'
import { type Bus, connectBus } from '../../../adapters/amqplib/connect-bus.ts'
import { openChannel } from '../../../adapters/amqplib/open-channel.ts'
import { publishConfirmed } from '../../../adapters/amqplib/publish-confirmed.ts'
import { declareTopology } from '../../../adapters/amqplib/topology.ts'
import type { EventBody } from '../../../domain/outbox/event.ts'
import { aWorkMessage } from '../../harness/factories/a-work-message.ts'
import { recordingLog } from '../../harness/fakes/recording-log.ts'
import { type OwnProxy, ownProxy } from '../../harness/proxies/own-proxy.ts'
import { type OwnBus, ownBus } from '../../harness/services/own-bus.ts'
import { eventually } from '../../harness/waiting/eventually.ts'

describe('a bus publisher, which sends work messages and events to RabbitMQ', () => {
  let own: OwnBus
  let proxy: OwnProxy
  let bus: Bus
  beforeEach(async () => {
    own = await ownBus()
    await declareTopology(own.url, own.prefix)
    const { hostname, port } = new URL(own.url)
    proxy = await ownProxy(hostname, Number(port))
    bus = await throughProxy()
  })
  afterEach(async () => {
    proxy.restore()
    await bus.close()
    await proxy.close()
    await own.drop()
  })

  async function throughProxy(search = ''): Promise<Bus> {
    const parts = { hostname: '127.0.0.1', port: proxy.port, search }
    const url = Object.assign(new URL(own.url), parts).href
    const made = await connectBus({ url, prefix: own.prefix, name: 'test', log: recordingLog() })
    await made.ready(60_000)
    return made
  }

  const block: EventBody = {
    v: 1,
    type: 'chain.block',
    seq: 7,
    at: '2026-01-02T03:04:05.000Z',
    chainId: 31337,
    data: {
      number: 7,
      hash: `0x${'a'.repeat(64)}`,
      parentHash: `0x${'b'.repeat(64)}`,
      minedAt: '2026-01-02T03:04:04.000Z',
    },
  }

  it('stores work messages persistently in a quorum queue, with the deposit id as message id', async () => {
    const message = aWorkMessage()
    await createBusPublisher(bus).publishWork('Gas_Collection', message)
    const taken = await own.take('Gas_Collection')
    expect(JSON.parse(String(taken?.content))).toEqual(message)
    expect(taken?.properties).toMatchObject({
      deliveryMode: 2,
      messageId: message.depositId,
      contentType: 'application/json',
    })
    // Only quorum queues count deliveries.
    expect(taken?.properties.headers).toHaveProperty('x-delivery-count')
  })

  it('delivers events to every bound queue, and succeeds without a bound queue', async () => {
    const publisher = createBusPublisher(bus)
    await publisher.publishEvent(block)
    const { queue } = await own.channel.assertQueue('', { exclusive: true })
    await own.channel.bindQueue(queue, `${own.prefix}coldsweep.events`, 'chain.*')
    await publisher.publishEvent({ ...block, seq: 8 })
    const got = await own.channel.get(queue, { noAck: true })
    if (!got) throw new Error('no event came')
    expect(JSON.parse(String(got.content))).toEqual({ ...block, seq: 8 })
    expect(got.properties.messageId).toBe(`chain.block:31337:8:${block.data['hash']}`)
    expect(await own.channel.get(queue)).toBe(false)
  })

  it('keeps the order of the calls', async () => {
    const publisher = createBusPublisher(bus)
    const messages = Array.from({ length: 20 }, () => aWorkMessage())
    await Promise.all(messages.map((message) => publisher.publishWork('Gas_Collection', message)))
    for (const { depositId } of messages) {
      expect((await own.take('Gas_Collection'))?.properties.messageId).toBe(depositId)
    }
  })

  it('rejects an invalid body with its errors, and sends no message', async () => {
    const publisher = createBusPublisher(bus)
    const wrongWork = publisher.publishWork('Gas_Collection', { v: 1 })
    await expect(wrongWork).rejects.toMatchObject({ name: 'BadInput' })
    const wrongQueue = publisher.publishWork('Gas_Lack', aWorkMessage())
    await expect(wrongQueue).rejects.toThrow('Gas_Lack is not a work queue')
    const wrongEvent = publisher.publishEvent({ ...block, data: { number: 'seven' } })
    await expect(wrongEvent).rejects.toThrow(/data.number: .*data.hash: /)
    expect(await own.count('Gas_Collection')).toBe(0)
  })

  it('rejects work for a deleted queue, and declares the queue again for the next message', async () => {
    const publisher = createBusPublisher(bus)
    await publisher.publishWork('Gas_Collection', aWorkMessage())
    await own.channel.deleteQueue(`${own.prefix}Gas_Collection`)
    const lost = publisher.publishWork('Gas_Collection', aWorkMessage())
    await expect(lost).rejects.toMatchObject({
      name: 'BusRefused',
      message: expect.stringMatching(/has no queue/),
    })
    await publisher.publishWork('Gas_Collection', aWorkMessage())
    expect(await own.count('Gas_Collection')).toBe(1)
  })

  it('rejects an event but no work message if the exchange is missing, then declares the exchange again', async () => {
    const publisher = createBusPublisher(bus)
    await publisher.publishEvent(block)
    await own.channel.deleteExchange(`${own.prefix}coldsweep.events`)
    const [event, work] = await Promise.allSettled([
      publisher.publishEvent(block),
      publisher.publishWork('Gas_Collection', aWorkMessage()),
    ])
    expect(event.status).toBe('rejected')
    expect(work.status).toBe('fulfilled')
    await publisher.publishEvent(block)
  })

  it('rejects at once while the broker is down, and publishes again when the broker is back', async () => {
    const publisher = createBusPublisher(bus)
    await publisher.publishWork('Gas_Collection', aWorkMessage())
    proxy.cut()
    await eventually(
      () => bus.problem(),
      (problem) => problem !== undefined,
    )
    // The call starts before the proxy restores the connection. A later call would succeed.
    const away = publisher.publishWork('Gas_Collection', aWorkMessage())
    await expect(away).rejects.toMatchObject({ name: 'BusUnreachable' })
    proxy.restore()
    await bus.ready(60_000)
    await publisher.publishWork('Gas_Collection', aWorkMessage())
    expect(await own.count('Gas_Collection')).toBe(2)
  })

  it('rejects a message in flight if the connection breaks', async () => {
    const publisher = createBusPublisher(bus)
    await publisher.publishWork('Gas_Collection', aWorkMessage())
    proxy.freeze()
    const underWay = publisher.publishWork('Gas_Collection', aWorkMessage())
    const rejected = expect(underWay).rejects.toMatchObject({ name: 'BusUnreachable' })
    proxy.cut()
    await rejected
  })

  it('rejects after the time limit if the broker is silent', async () => {
    await bus.close()
    bus = await throughProxy('heartbeat=1')
    const channel = await openChannel(bus)
    proxy.freeze()
    const silent = publishConfirmed(
      channel,
      {
        exchange: '',
        key: `${own.prefix}Gas_Collection`,
        content: Buffer.from('{}'),
        properties: { messageId: 'a' },
        mandatory: true,
      },
      300,
    )
    await expect(silent).rejects.toMatchObject({
      name: 'BusUnreachable',
      message: 'RabbitMQ did not confirm within 300 ms',
    })
    // The connection counts as lost after two to three heartbeats of silence.
    await eventually(
      () => bus.problem(),
      (problem) => problem !== undefined,
    )
    await expect(openChannel(bus)).rejects.toMatchObject({ name: 'BusUnreachable' })
  })

  it('shows no password in logs and problems', async () => {
    const url = Object.assign(new URL(own.url), { password: 'hunter2' }).href
    const log = recordingLog()
    const locked = await connectBus({ url, prefix: own.prefix, name: 'test', log })
    const refused = (problem: string | undefined) => problem?.includes('ACCESS-REFUSED') ?? false
    await eventually(() => locked.problem(), refused)
    expect(JSON.stringify([log.lines, locked.problem()])).not.toContain('hunter2')
    await locked.close()
  })
})

describe('declareTopology, which declares exchange and queues', () => {
  it('keeps the messages in the queues at a repeat', async () => {
    const own = await ownBus()
    await declareTopology(own.url, own.prefix)
    own.channel.sendToQueue(`${own.prefix}Gas_Collection`, Buffer.from('{}'))
    await eventually(
      () => own.count('Gas_Collection'),
      (count) => count === 1,
    )
    await Promise.all([declareTopology(own.url, own.prefix), declareTopology(own.url, own.prefix)])
    expect(await own.count('Gas_Collection')).toBe(1)
    await own.drop()
  })

  it('rejects with the queue’s name and a fix if a queue exists with other arguments', async () => {
    const own = await ownBus()
    await own.channel.assertQueue(`${own.prefix}Gas_Collection`, { durable: true })
    const declared = declareTopology(own.url, own.prefix)
    await expect(declared).rejects.toMatchObject({
      name: 'BusRefused',
      message: /Gas_Collection.*delete it once it is empty, or set another RABBITMQ_PREFIX/,
    })
    await own.drop()
  })

  it('throws BusUnreachable if the broker is unreachable', async () => {
    const away = declareTopology('amqp://guest:guest@127.0.0.1:1', 'x:')
    await expect(away).rejects.toMatchObject({ name: 'BusUnreachable' })
  })
})
