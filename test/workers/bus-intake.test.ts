import { getAddress } from 'viem/utils'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createBusConsumer } from '../../adapters/amqplib/bus-consumer.ts'
import { createBusPublisher } from '../../adapters/amqplib/bus-publisher.ts'
import { type Bus, connectBus } from '../../adapters/amqplib/connect-bus.ts'
import { createFailedMessages } from '../../adapters/amqplib/failures.ts'
import { declareTopology } from '../../adapters/amqplib/topology.ts'
import { type Database, openDatabase } from '../../adapters/drizzle/database.ts'
import { createDepositLookup } from '../../adapters/drizzle/deposits/rows.ts'
import { connectTemporal, type Temporal } from '../../adapters/temporal/connect-temporal.ts'
import { prepareNamespace } from '../../adapters/temporal/prepare-namespace.ts'
import { createSweepRuns } from '../../adapters/temporal/sweep-runs.ts'
import { startFactsOf } from '../../adapters/temporal/sweep-start.ts'
import type { WorkMessage } from '../../domain/outbox/event.ts'
import type { Loop } from '../../runtime/loop.ts'
import { createIntake } from '../../workers/intake.ts'
import { sweepWorkflowId } from '../../workflows/contract.ts'
import { aChain, token } from '../harness/factories/a-chain.ts'
import { aWorkMessage } from '../harness/factories/a-work-message.ts'
import { seedDeposit } from '../harness/factories/seed-rows.ts'
import { recordingLog } from '../harness/fakes/recording-log.ts'
import { recordingMetrics } from '../harness/fakes/recording-metrics.ts'
import { type OwnProxy, ownProxy } from '../harness/proxies/own-proxy.ts'
import { type OwnBus, ownBus } from '../harness/services/own-bus.ts'
import { type OwnDatabase, ownDatabase } from '../harness/services/own-database.ts'
import { type OwnNamespace, ownNamespace } from '../harness/services/own-namespace.ts'
import { eventually } from '../harness/waiting/eventually.ts'

describe('the intake from the bus to the workflows', () => {
  let own: OwnBus
  let database: OwnDatabase
  let namespace: OwnNamespace
  let pool: Database
  let line: OwnProxy
  let temporal: Temporal
  let bus: Bus
  let intake: Loop
  let stop: AbortController
  let running: Promise<void>
  beforeAll(async () => {
    namespace = await ownNamespace()
    database = await ownDatabase()
    pool = openDatabase(database.url, { applicationName: 'test-intake' })
    const direct = connectTemporal(namespace)
    const schedules = {
      chainIds: [],
      keeperWatchMs: 3_600_000,
      adoptMs: 3_600_000,
      reconcileMs: 3_600_000,
    }
    // A call that takes longer than 5 s fails. The repeated call continues where the first failed.
    await eventually(
      () => prepareNamespace(direct, schedules).then(() => 'prepared', String),
      (end) => end === 'prepared',
    )
    await direct.close()
  })
  afterAll(async () => {
    await namespace?.drop()
    await pool?.close()
    await database?.drop()
  })
  beforeEach(async () => {
    own = await ownBus()
    await declareTopology(own.url, own.prefix)
    const [host = '', port] = namespace.address.split(':')
    line = await ownProxy(host, Number(port))
    temporal = connectTemporal({
      address: `127.0.0.1:${line.port}`,
      namespace: namespace.namespace,
    })
    bus = await connectBus({ url: own.url, prefix: own.prefix, name: 't', log: recordingLog() })
    await bus.ready(60_000)
    const chain = aChain()
    const timers = { gasWaitSeconds: 1, waitRecheckSeconds: 1, attentionAfterSeconds: 1 }
    intake = createIntake({
      consumer: createBusConsumer({ bus, log: recordingLog() }),
      deposits: createDepositLookup(pool.db),
      runs: createSweepRuns(temporal, new Map([[chain.id, startFactsOf(chain, timers)]])),
      chains: [chain],
      log: recordingLog(),
      metrics: recordingMetrics(),
      askAgainMs: 100,
    })
    stop = new AbortController()
    running = intake.run(stop.signal)
  })
  afterEach(async () => {
    line.restore()
    stop.abort()
    await running
    await bus.close()
    await temporal.close()
    await line.close()
    await own.drop()
  })

  /**
   * Stores a confirmed deposit of the listed token or of native coin, and returns the scanner's
   * message about the deposit.
   */
  async function known(kind: 'token' | 'native' = 'token', state = 'waiting') {
    const message = aWorkMessage({ kind, asset: kind === 'token' ? 'USDT' : 'ETH' })
    const native = kind === 'native'
    await seedDeposit(database.sql, {
      chainId: message.chainId,
      txHash: message.depositId.split(':')[1] ?? '',
      position: native ? 'native' : '3',
      asset: native ? 'native' : token,
      wallet: message.wallet.toLowerCase(),
      amount: message.amount,
      state,
    })
    return { ...message, decimals: native ? 18 : 6 }
  }
  const send = (message: WorkMessage) =>
    createBusPublisher(bus).publishWork(
      message.kind === 'native' ? 'Regular_Transactions' : 'Gas_Collection',
      message,
    )
  const runOf = ({ depositId }: WorkMessage) =>
    namespace.client.workflow
      .getHandle(sweepWorkflowId(depositId))
      .describe()
      .catch(() => undefined)
  const started = (message: WorkMessage) =>
    eventually(
      () => runOf(message),
      (run) => run !== undefined,
    )
  const emptied = (queue: string) =>
    eventually(
      () => own.count(queue),
      (count) => count === 0,
    )

  it('starts one run for a deposit whose message is delivered three times', async () => {
    const message = await known()
    await send(message)
    const first = await started(message)
    await send(message)
    await send(message)
    const last = await known('native')
    await send(last)
    expect((await started(last))?.type).toBe('nativeSweep')
    await emptied('Gas_Collection')
    expect(first?.type).toBe('tokenSweep')
    expect((await runOf(message))?.runId).toBe(first?.runId)
  })

  it('starts no run for a deposit that is done', async () => {
    const done = await known('token', 'done')
    const next = await known()
    await send(done)
    await send(next)
    await started(next)
    await emptied('Gas_Collection')
    expect(await runOf(done)).toBeUndefined()
  })

  it('moves invalid messages, and messages that contradict the rows, to Processing_Failures with a reason', async () => {
    const unknown = { ...aWorkMessage(), decimals: 6 }
    const wrong = { ...(await known()), amount: '7', wallet: getAddress(`0x${'7'.repeat(40)}`) }
    await send(unknown)
    await send(wrong)
    own.channel.sendToQueue(`${own.prefix}Gas_Collection`, Buffer.from('{"depositId":1}'))
    const good = await known()
    await send(good)
    await started(good)
    await eventually(
      () => own.count('Processing_Failures'),
      (count) => count === 3,
    )
    const failed = await createFailedMessages(bus).list(10)
    expect(failed.map(({ reason }) => reason).sort()).toEqual([
      expect.stringMatching(
        /message differs from the deposit’s row: wallet is 0x.*, amount is 1500000000000000000, not 7$/,
      ),
      expect.stringMatching(`no deposit ${unknown.depositId} in the database`),
      expect.stringMatching(/^not a work message: v: /),
    ])
    expect(await runOf(wrong)).toBeUndefined()
  })

  it('stops consuming while Temporal is down, and starts the runs of all messages when Temporal is back', async () => {
    line.cut()
    const messages = await Promise.all(Array.from({ length: 30 }, () => known()))
    await Promise.all(messages.map(send))
    await eventually(
      () => intake.problem(),
      (problem) => problem?.includes('Temporal') ?? false,
    )
    await eventually(
      () => own.count('Gas_Collection'),
      (count) => count === 30,
    )
    const { consumerCount } = await own.channel.checkQueue(`${own.prefix}Gas_Collection`)
    expect(consumerCount).toBe(0)
    line.restore()
    for (const message of messages) await started(message)
    await emptied('Gas_Collection')
    expect(intake.problem()).toBeUndefined()
    expect(await own.count('Processing_Failures')).toBe(0)
  })
})
