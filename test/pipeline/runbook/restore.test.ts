import { dirname, join } from 'node:path'
import { Client } from '@temporalio/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StartedProcess } from '../../../devstack/run/run.ts'
import { scheduleIds } from '../../../workflows/contract.ts'
import { builtProduct } from '../../harness/processes/built-product.ts'
import { dropTopology } from '../../harness/services/own-bus.ts'
import { eventually } from '../../harness/waiting/eventually.ts'
import { actOut, commandsOf, type Handler, inShell } from '../../harness/worlds/chapter.ts'
import { reaches, rowsOf } from '../../harness/worlds/follow.ts'
import { type OwnDeployment, ownDeployment } from '../../harness/worlds/own-deployment.ts'

/**
 * The chapters "Back up", "Restore PostgreSQL" and "Restore another service" of
 * docs/planned-work.md, command by command.
 */
let d: OwnDeployment
let built: string
let env: NodeJS.ProcessEnv
const processes: Record<string, StartedProcess> = {}
const units = (amount: number) => BigInt(amount) * 10n ** 18n
const token = () => d.tokens[0] as (typeof d.tokens)[number]

beforeAll(async () => {
  built = join(await builtProduct(), 'coldsweep.mjs')
  d = await ownDeployment({
    tokens: async (devnet) => [
      { ...(await devnet.deployToken('plain-token', 'PLN', 18)), min: '1' },
    ],
    timers: { adoptAfterSeconds: 8 },
  })
  const admin = Object.assign(new URL(d.env['DATABASE_URL'] ?? ''), { pathname: '/postgres' })
  env = { ...d.env, ADMIN_URL: admin.href }
  for (const verb of ['scanner', 'worker']) processes[verb] = d.startNode(verb, [built, verb], env)
})
afterAll(async () => {
  const drop = `drop database if exists ${name()}_damaged with (force)`
  await inShell(env)(`psql "$ADMIN_URL" --quiet --command '${drop}'`, [])
  // The second test prepares another namespace and other queues, which the shared servers keep.
  await dropTopology(env['RABBITMQ_URL'] ?? '', env['RABBITMQ_PREFIX'] ?? '').catch(() => {})
  const namespace = env['TEMPORAL_NAMESPACE'] ?? ''
  const client = new Client({ connection: d.client.connection, namespace })
  const { adopt, keeperWatch, reconcile } = scheduleIds
  const schedules = [adopt, keeperWatch(d.devnet.chainId), reconcile(d.devnet.chainId)]
  await Promise.allSettled(schedules.map((id) => client.schedule.getHandle(id).delete()))
  await d?.close()
})

const name = () => new URL(d.env['DATABASE_URL'] ?? '').pathname.slice(1)
const there: Handler = async (line) =>
  await inShell(env)(`cd ${dirname(d.env['COLDSWEEP_CONFIG'] ?? '')}; ${line}`, [])
const systemctl: Handler = async (_line, [, order = '', ...words]) => {
  const verb = words.at(-1)?.replace('coldsweep-', '') ?? ''
  if (order === 'disable' || order === 'restart') {
    const { pid, ended } = processes[verb] ?? {}
    if (pid !== undefined) process.kill(pid, 'SIGTERM')
    await ended
  }
  if (order !== 'disable') processes[verb] = d.startNode(verb, [built, verb], env)
  return ''
}
const coldsweep: Handler = async (line) =>
  await there(line.replace('coldsweep', `node ${built}`), [])
const handlers: Readonly<Record<string, Handler>> = {
  coldsweep,
  systemctl,
  jq: async (line) => await there(`coldsweep() { node ${built} "$@"; }; ${line}`, []),
  pg_dump: there,
  pg_restore: there,
  psql: async (line) =>
    await there(
      line
        .replace('owner coldsweep', 'owner postgres')
        .replace(/\bcoldsweep(_damaged)?\b/g, `${name()}$1`),
      [],
    ),
  temporal: async (line) => await there(line.replace('temporal', '"$TEMPORAL_CLI_PATH"'), []),
  curl: async (line) => (line.includes('eth_') ? await there(line, []) : ''),
}
const act = async (heading: string, ...blocks: readonly number[]) => {
  const placeholders = {
    CHAIN_ID: String(d.devnet.chainId),
    YOU: 'ann',
    KEEPER: d.keeper,
    RPC_URL: d.devnet.url,
    TIME: '2020-01-01',
  }
  const outputs: string[] = []
  for (const n of blocks)
    outputs.push(
      ...(await actOut(commandsOf('planned-work.md', heading)[n] ?? [], placeholders, handlers)),
    )
  return outputs
}
const reach = async (hashes: readonly string[], state: string) => {
  for (const hash of hashes) await reaches(d, hash, state, { processes: Object.values(processes) })
}
async function pay(...amounts: number[]): Promise<string[]> {
  const hashes: string[] = []
  for (const amount of amounts) {
    const { address } = await d.addWallet()
    hashes.push(await d.devnet.payToken(token(), address, units(amount)))
  }
  hashes.push(await d.devnet.pay((await d.addWallet()).address, '0.2'))
  return hashes
}
async function balanced(): Promise<void> {
  const now = Number(await d.devnet.request('eth_blockNumber'))
  const report = await eventually(
    async () => JSON.parse(await coldsweep('coldsweep reconcile --json', [])).data[0],
    ({ block }) => block.number >= now,
  )
  expect(report).toMatchObject({ balanced: true, differences: [] })
  const doubled = await d.sql`
    select sweep_id from transactions where step = 'sweep' and state = 'succeeded'
    group by sweep_id having count(*) > 1`
  expect(doubled).toEqual([])
}
const arrived = () => d.devnet.tokenOf(token(), d.coldWallet)

test('a database restored by the chapter sends nothing twice, and its books balance', async () => {
  await reach(await pay(1), 'done')
  // Transactions of these sweeps are signed and unmined in the backup.
  const inFlight = await pay(2, 4)
  await eventually(
    () => d.sql`select 1 from transactions where state = 'live'`,
    (rows) => rows.length > 0,
  )
  await act('Back up', 0)
  await reach(inFlight, 'done')
  const after = await pay(8, 16)
  await reach(after, 'done')
  expect(await arrived()).toBe(units(31))
  // The backup lacks this order.
  const by = '--operator bob --reason "after the backup"'
  await coldsweep(`coldsweep pause --chain ${d.devnet.chainId} ${by}`, [])
  await coldsweep(`coldsweep resume --chain ${d.devnet.chainId} ${by}`, [])
  const unseen = await pay(32)

  await act('Restore PostgreSQL', 0, 1, 2)
  const [lost = ''] = await act('Restore PostgreSQL', 3)
  expect(
    lost
      .trim()
      .split('\n')
      .map((line) => line.split('\t').slice(1, 3)),
  ).toEqual([
    ['bob', 'pause'],
    ['bob', 'resume'],
  ])
  await act('Restore PostgreSQL', 4)
  const [latest, pending] = (
    await eventually(
      () => act('Restore PostgreSQL', 5),
      ([one, two]) => one === two,
    )
  ).map((it) => JSON.parse(it).result)
  expect(latest).toBe(pending)
  const explained = await eventually(
    async () => {
      const dry = 'coldsweep recover --json --operator ann --reason restored'
      return await coldsweep(dry, []).catch((error) => String(error.stdout))
    },
    (text) => JSON.parse(text).ok,
  )
  expect(explained).not.toContain('foreign')
  await act('Restore PostgreSQL', 6)
  await reach([...inFlight, ...after, ...unseen], 'done')
  await balanced()
  expect(await arrived()).toBe(units(63))
  expect(await rowsOf(d, after[0] ?? '')).toHaveLength(1)
}, 600_000)

test('Redis, RabbitMQ and Temporal start empty, and every deposit is done', async () => {
  const hashes = await pay(64, 128)
  await eventually(
    () => d.sql`select 1 from transactions where state = 'live'`,
    (rows) => rows.length > 0,
  )
  env = {
    ...env,
    TEMPORAL_NAMESPACE: `${d.namespace}-new`,
    REDIS_PREFIX: `${d.namespace}-new:`,
    RABBITMQ_PREFIX: `${d.namespace}-new.`,
  }
  await act('Restore another service', 1, 0)
  await systemctl('systemctl restart coldsweep-scanner', ['', 'restart', 'coldsweep-scanner'])
  await reach(hashes, 'done')
  await balanced()
  expect(await arrived()).toBe(units(63 + 192))
}, 600_000)
