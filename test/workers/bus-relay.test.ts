import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createBusPublisher } from '../../adapters/amqplib/bus-publisher.ts'
import { type Bus, connectBus } from '../../adapters/amqplib/connect-bus.ts'
import { countFailures } from '../../adapters/amqplib/count-failures.ts'
import { createFailedMessages } from '../../adapters/amqplib/failures.ts'
import { declareTopology } from '../../adapters/amqplib/topology.ts'
import { type Database, openDatabase } from '../../adapters/drizzle/database.ts'
import { createKeeperStore } from '../../adapters/drizzle/keeper/keeper-store.ts'
import { createOutbox } from '../../adapters/drizzle/outbox/outbox.ts'
import type { Outbox } from '../../domain/outbox/outbox.ts'
import { createRelay } from '../../workers/relay.ts'
import { createFailureWatch } from '../../workers/watch-failures.ts'
import { oweWork } from '../harness/factories/a-work-message.ts'
import { recordingLog } from '../harness/fakes/recording-log.ts'
import { recordingMetrics } from '../harness/fakes/recording-metrics.ts'
import { type OwnBus, ownBus } from '../harness/services/own-bus.ts'
import { type OwnDatabase, ownDatabase } from '../harness/services/own-database.ts'
import { eventually } from '../harness/waiting/eventually.ts'
import { runLoop } from '../harness/waiting/run-loop.ts'

describe('the relay from the outbox to the bus', () => {
  let own: OwnBus
  let database: OwnDatabase
  let pool: Database
  let outbox: Outbox
  let bus: Bus
  let stop: AbortController
  let relays: Promise<void>[]
  beforeEach(async () => {
    own = await ownBus()
    await declareTopology(own.url, own.prefix)
    database = await ownDatabase()
    pool = openDatabase(database.url, { applicationName: 'test-relay' })
    outbox = createOutbox(pool.db)
    bus = await connectBus({ url: own.url, prefix: own.prefix, name: 't', log: recordingLog() })
    await bus.ready(60_000)
    stop = new AbortController()
    relays = []
  })
  afterEach(async () => {
    stop.abort()
    await Promise.all(relays)
    await bus.close()
    await pool.close()
    await database.drop()
    await own.drop()
  })

  function startRelay(): void {
    const publisher = createBusPublisher(bus)
    const quiet = { log: recordingLog(), metrics: recordingMetrics() }
    relays.push(createRelay({ outbox, publisher, ...quiet, idleMs: 20 }).run(stop.signal))
  }
  const rows = async () => (await database.sql`select id from outbox`).length
  const empty = () => eventually(rows, (count) => count === 0)
  async function published(): Promise<string[]> {
    const ids: string[] = []
    for (;;) {
      const message = await own.take('Gas_Collection')
      if (!message) return ids
      ids.push(String(message.properties.messageId))
    }
  }
  const idsOf = (messages: readonly { depositId: string }[]) =>
    messages.map(({ depositId }) => depositId)

  it('publishes every row once, in the order of the rows', async () => {
    const before = await oweWork(database.sql, 30)
    startRelay()
    await empty()
    const after = await oweWork(database.sql, 10)
    await empty()
    expect(await published()).toEqual(idsOf([...before, ...after]))
  })

  it('publishes no row twice with two relays', async () => {
    startRelay()
    startRelay()
    const messages = await oweWork(database.sql, 60)
    await empty()
    expect((await published()).sort()).toEqual(idsOf(messages).sort())
  })

  it('publishes the messages again if the previous relay was killed between confirm and delete', async () => {
    const messages = await oweWork(database.sql, 5)
    const script = new URL('../harness/processes/relay-and-die.ts', import.meta.url).pathname
    const args = ['--import', 'tsx', script, database.url, own.url, own.prefix]
    const child = spawn(process.execPath, args, { stdio: 'inherit' })
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL'])
    expect(await rows()).toBe(5)
    startRelay()
    await empty()
    expect(await published()).toEqual([...idsOf(messages), ...idsOf(messages)])
  })

  it('moves an invalid row to Processing_Failures with a reason, and publishes later rows', async () => {
    const { sql } = database
    const odd = [
      { kind: 'work', route: 'Gas_Collection', body: sql.json({ v: 1 }) },
      { kind: 'work', route: 'Gas_Lack', body: sql.json({}) },
      { kind: 'event', route: 'sweep.done', body: sql.json('done') },
    ]
    await sql`insert into outbox ${sql(odd)}`
    const messages = await oweWork(sql, 2)
    startRelay()
    await empty()
    expect(await published()).toEqual(idsOf(messages))
    const failed = await createFailedMessages(bus).list(10)
    expect(failed.map(({ queue, reason }) => [queue, reason.slice(0, 30)]).sort()).toEqual([
      ['Gas_Collection', 'not a work message: depositId:'],
      ['Gas_Lack', 'Gas_Lack is not a work queue; '],
      ['sweep.done', expect.stringMatching(/^not an event/)],
    ])
    expect(failed.find(({ queue }) => queue === 'sweep.done')?.body).toBe('"done"')
  })

  it('publishes the number of messages in Processing_Failures as a metric', async () => {
    const metrics = recordingMetrics()
    const watch = { count: () => countFailures(bus), log: recordingLog(), metrics, everyMs: 20 }
    const stopWatch = runLoop(createFailureWatch(watch))
    const becomes = (count: number) =>
      eventually(
        () => metrics.gauges.get('coldsweep_dead_letters'),
        (seen) => seen === count,
      )
    try {
      await becomes(0)
      const publisher = createBusPublisher(bus)
      for (const reason of ['one', 'two']) {
        await publisher.publishFailure({ source: 'Gas_Collection', reason, body: {} })
      }
      await becomes(2)
      const failures = createFailedMessages(bus)
      for (const { id } of await failures.list(10)) await failures.drop(id)
      await becomes(0)
    } finally {
      await stopWatch()
    }
  })

  it('publishes the events that the keeper watch announces', async () => {
    const keeper = `0x${'ee'.repeat(20)}`
    const balance = {
      balanceWei: 5n,
      uncommittedWei: 0n,
      alertBelowWei: 7n,
      emptyBelowWei: 2n,
      keeper,
    }
    for (const level of ['low', 'empty', 'ok'] as const) {
      await createKeeperStore(pool.db).announce(31337, level, balance)
    }
    const { queue } = await own.channel.assertQueue('', { exclusive: true })
    await own.channel.bindQueue(queue, `${own.prefix}coldsweep.events`, 'keeper.*')
    startRelay()
    await empty()
    const ids = []
    for (let n = 0; n < 3; n += 1) {
      const event = await own.channel.get(queue, { noAck: true })
      ids.push(event ? event.properties.messageId : 'none')
    }
    expect(ids).toEqual(['keeper.low:31337:1', 'keeper.empty:31337:2', 'keeper.recovered:31337:3'])
    expect(await createFailedMessages(bus).list(10)).toEqual([])
  })

  it('lagSeconds returns the age of the oldest row of each kind', async () => {
    expect(await outbox.lagSeconds('work')).toBe(0)
    const began = Date.now()
    await oweWork(database.sql, 2)
    await database.sql`update outbox set created_at = now() - interval '90 seconds'
      where id = (select min(id) from outbox)`
    const lag = await outbox.lagSeconds('work')
    expect(lag).toBeGreaterThanOrEqual(90)
    expect(lag).toBeLessThan(91 + (Date.now() - began) / 1_000)
    expect(await outbox.lagSeconds('event')).toBe(0)
  })
})
