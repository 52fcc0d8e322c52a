import { afterAll, beforeAll, expect, it } from 'vitest'
import { declareTopology } from '../../../adapters/amqplib/topology.ts'
import { failuresQueue } from '../../../domain/outbox/event.ts'
import { seedDeposit } from '../../harness/factories/seed-rows.ts'
import { type CliEnvironment, cliEnvironment } from '../../harness/processes/cli-environment.ts'
import { runCli } from '../../harness/processes/run-cli.ts'
import { type OwnBus, ownBus } from '../../harness/services/own-bus.ts'
import { type OwnDatabase, ownDatabase } from '../../harness/services/own-database.ts'
import { type OwnNamespace, ownNamespace } from '../../harness/services/own-namespace.ts'
import { eventually } from '../../harness/waiting/eventually.ts'

let database: OwnDatabase
let bus: OwnBus
let temporal: OwnNamespace
let cli: CliEnvironment
let id: string

beforeAll(async () => {
  database = await ownDatabase()
  bus = await ownBus()
  await declareTopology(bus.url, bus.prefix)
  temporal = await ownNamespace()
  await temporal.client.connection.workflowService.registerNamespace({
    namespace: temporal.namespace,
    workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
  })
  cli = cliEnvironment({
    DATABASE_URL: database.url,
    RABBITMQ_URL: bus.url,
    RABBITMQ_PREFIX: bus.prefix,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
  })
  id = await seedDeposit(database.sql, { state: 'waiting', reason: 'queued' })
})

afterAll(async () => {
  cli?.remove()
  await temporal?.drop()
  await bus?.drop()
  await database?.drop()
})

const noWorker = 'no worker is polling Temporal: start "coldsweep worker"'
const noIntake = 'no intake reads Regular_Transactions and Gas_Collection'

it('sweep and sweeps say that no worker polls and no intake reads', async () => {
  // A new namespace takes some seconds to reach all parts of the server.
  const { stdout } = await eventually(
    () => runCli(['sweep', id], cli.env),
    (answer) => answer.stdout.includes(noWorker) && answer.stdout.includes(noIntake),
  )
  expect(stdout).toContain('waiting(queued)')
  const list = await runCli(['sweeps'], cli.env)
  expect(list.stdout).toContain(`waiting(queued): ${noWorker}`)
  const [deposit] = (await runCli(['sweeps', '--json'], cli.env)).envelope().data as {
    detail: string
  }[]
  expect(deposit?.detail).toContain(noWorker)
})

it('sweep names the message in Processing_Failures, and the relay that does not run', async () => {
  const body = Buffer.from(JSON.stringify({ depositId: id }))
  bus.channel.sendToQueue(bus.prefix + failuresQueue, body, { persistent: true })
  await database.sql`insert into outbox (kind, route, body, created_at)
    values ('work', 'Regular_Transactions', '{}', now() - interval '5 minutes')`
  const { stdout } = await eventually(
    () => runCli(['sweep', id], cli.env),
    (answer) => answer.stdout.includes('Processing_Failures as '),
  )
  expect(stdout).toMatch(/in the outbox for 3\d\d s/)
})

it('asks nobody about a deposit that is not queued, and fails for no service that is down', async () => {
  const low = await seedDeposit(database.sql, { state: 'waiting', reason: 'keeper-low' })
  const away = {
    ...cli.env,
    TEMPORAL_ADDRESS: '127.0.0.1:1',
    RABBITMQ_URL: 'amqp://guest:hunter2@127.0.0.1:1',
  }
  const startedAt = Date.now()
  expect(await runCli(['sweep', low], away)).toMatchObject({ code: 0 })
  const { code, stdout, stderr } = await runCli(['sweep', id], away)
  expect(code).toBe(0)
  expect(stdout).not.toContain('no worker')
  expect(`${stdout}${stderr}`).not.toContain('hunter2')
  expect(Date.now() - startedAt).toBeLessThan(60_000)
  const { TEMPORAL_ADDRESS: _, RABBITMQ_URL: __, ...without } = cli.env
  expect(await runCli(['sweep', id], without)).toMatchObject({ code: 0 })
})
