import { Client } from '@temporalio/client'
import { connect } from 'amqplib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StartedProcess } from '../../devstack/run/run.ts'
import { workQueues } from '../../domain/outbox/event.ts'
import { scheduleIds } from '../../workflows/contract.ts'
import { runCli } from '../harness/processes/run-cli.ts'
import { eventually } from '../harness/waiting/eventually.ts'
import { reaches } from '../harness/worlds/follow.ts'
import { type OwnDeployment, ownDeployment } from '../harness/worlds/own-deployment.ts'

/**
 * Temporal and RabbitMQ lose their data. `adopt` starts a new run for every unfinished deposit, and
 * no transaction is sent twice.
 */
let d: OwnDeployment
let scanner: StartedProcess
let worker: StartedProcess
const usdt = () => d.tokens[0] as (typeof d.tokens)[number]
const units = (amount: number) => BigInt(amount) * 10n ** 18n
const done = (hash: string) => reaches(d, hash, 'done', { processes: [scanner, worker] })

beforeAll(async () => {
  d = await ownDeployment({
    tokens: async (devnet) => [
      { ...(await devnet.deployToken('plain-token', 'PLN', 18)), min: '1' },
    ],
    timers: { adoptAfterSeconds: 4, leaseSeconds: 5, reconcileSeconds: 3_600 },
  })
  scanner = d.start('scanner')
}, 180_000)
afterAll(async () => {
  // Deletes the schedules of the new namespace, which a shared server would keep running.
  const client = new Client({ connection: d.client.connection, namespace: emptied() })
  const ids = [
    scheduleIds.adopt,
    scheduleIds.keeperWatch(d.devnet.chainId),
    scheduleIds.reconcile(d.devnet.chainId),
  ]
  await Promise.allSettled(ids.map((id) => client.schedule.getHandle(id).delete()))
  await d.close()
})
const emptied = () => `${d.namespace}-new`

async function kill({ pid, ended }: StartedProcess): Promise<void> {
  process.kill(pid, 'SIGKILL')
  await ended
}

async function pay(count: number): Promise<string[]> {
  const wallets = await Promise.all(Array.from({ length: count }, () => d.addWallet()))
  return await Promise.all(
    wallets.map(({ address }, n) =>
      n % 2 === 0 ? d.devnet.payToken(usdt(), address, units(2)) : d.devnet.pay(address, '0.1'),
    ),
  )
}

async function balances(): Promise<void> {
  const books = await eventually(
    () => d.cli('reconcile', '--json'),
    ({ stdout }) => JSON.parse(stdout).data?.[0]?.balanced === true,
    60_000,
  )
  expect(JSON.parse(books.stdout).data[0].differences).toEqual([])
  const [twice] = await d.sql`
    select count(*)::int as sweeps from (
      select sweep_id from transactions where step = 'sweep' and state = 'succeeded'
      group by sweep_id having count(*) > 1) doubled`
  expect(twice).toEqual({ sweeps: 0 })
}

test('deposits are done after their work messages are purged from the queues', async () => {
  const relay = d.startNode('relay', ['cli/coldsweep.mjs', 'worker', '--only', 'relay'])
  const hashes = await pay(4)
  for (const hash of hashes) await reaches(d, hash, 'waiting(queued)')
  await eventually(
    () => d.sql`select 1 from outbox where kind = 'work'`,
    (rows) => rows.length === 0,
  )
  await kill(relay)
  const connection = await connect(d.env['RABBITMQ_URL'] ?? '')
  const channel = await connection.createChannel()
  let purged = 0
  for (const queue of Object.values(workQueues)) {
    const { messageCount } = await channel.purgeQueue(`${d.env['RABBITMQ_PREFIX']}${queue}`)
    purged += messageCount
  }
  await connection.close()
  expect(purged).toBe(4)
  worker = d.start('worker')
  await Promise.all(hashes.map(done))
  await balances()
}, 240_000)

test('deposits are done in a new namespace after Temporal lost its database in mid-sweep', async () => {
  const hashes = await pay(4)
  await eventually(
    () => d.sql`select 1 from transactions where state = 'live'`,
    (rows) => rows.length > 0,
    60_000,
  )
  await kill(worker)
  const unfinished = await d.sql`select 1 from deposits where state <> 'done'`
  expect(unfinished.length).toBeGreaterThan(0)
  const differs = { TEMPORAL_NAMESPACE: emptied() }
  const migrated = await runCli(['migrate'], { ...d.env, ...differs })
  expect(migrated.code).toBe(0)
  worker = d.start('worker', differs)
  await Promise.all(hashes.map(done))
  await balances()
}, 240_000)
