import { readFileSync } from 'node:fs'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StartedProcess } from '../../devstack/run/run.ts'
import { type OwnProxy, ownProxy } from '../harness/proxies/own-proxy.ts'
import { eventually } from '../harness/waiting/eventually.ts'
import { reaches, rowsOf } from '../harness/worlds/follow.ts'
import { type OwnDeployment, ownDeployment } from '../harness/worlds/own-deployment.ts'

/**
 * Each test cuts off a service in the middle of sweeps, for coldsweep's processes only. coldsweep
 * survives each cut, and reports each cut except that of Redis.
 */
const cuttable = [
  'DATABASE_URL',
  'CENTRAL_DATABASE_URL',
  'REDIS_URL',
  'RABBITMQ_URL',
  'TEMPORAL_ADDRESS',
] as const
type Cuttable = (typeof cuttable)[number]

let d: OwnDeployment
let scanner: StartedProcess
let worker: StartedProcess
const lines = new Map<Cuttable, OwnProxy>()
const line = (name: Cuttable) => lines.get(name) as OwnProxy
const token = () => d.tokens[0] as (typeof d.tokens)[number]
const amount = 5n * 10n ** 18n

beforeAll(async () => {
  d = await ownDeployment({
    tokens: async (devnet) => [
      { ...(await devnet.deployToken('plain-token', 'PLN', 18)), min: '1' },
    ],
    timers: { waitRecheckSeconds: 1, gasWaitSeconds: 2 },
  })
  const differs: Record<string, string> = {}
  for (const name of cuttable) differs[name] = await throughLine(name, d.env[name] ?? '')
  scanner = d.start('scanner', differs)
  worker = d.start('worker', differs)
  await problemsOf(worker, (problems) => problems.length === 0)
  await problemsOf(scanner, (problems) => problems.length === 0)
}, 300_000)
afterAll(async () => {
  await d?.close()
  for (const proxy of lines.values()) await proxy.close()
})

/** Starts a cuttable proxy in front of a service. @returns the proxy's address */
async function throughLine(name: Cuttable, address: string): Promise<string> {
  const isUrl = address.includes('://')
  const url = new URL(isUrl ? address : `tcp://${address}`)
  const standard = { 'amqp:': 5672, 'redis:': 6379, 'postgres:': 5432, 'postgresql:': 5432 }
  const port = Number(url.port) || standard[url.protocol as keyof typeof standard]
  const proxy = await ownProxy(url.hostname, port)
  lines.set(name, proxy)
  if (!isUrl) return `127.0.0.1:${proxy.port}`
  return Object.assign(url, { hostname: '127.0.0.1', port: `${proxy.port}` }).href
}

/** Waits until `holds` accepts the problems that /readyz reports. @returns these problems */
async function problemsOf(
  started: StartedProcess,
  holds: (problems: readonly string[]) => boolean,
): Promise<readonly string[]> {
  return await eventually(
    async () => {
      const port = /"port":(\d+)/.exec(readFileSync(started.logFile, 'utf8'))?.[1]
      if (!port) return ['no port yet']
      const response = await fetch(`http://127.0.0.1:${port}/readyz`)
      const { troubles } = (await response.json()) as {
        troubles: { name: string; trouble: string }[]
      }
      return troubles.map(({ name, trouble }) => `${name}: ${trouble}`)
    },
    holds,
    180_000,
  )
}

async function paid(): Promise<string> {
  const { address } = await d.addWallet()
  return await d.devnet.payToken(token(), address, amount)
}

const done = (hash: string) =>
  reaches(d, hash, 'done', { limitMs: 300_000, processes: [scanner, worker] })

/** Expects that each sweep is mined once and that the deposits arrive in full. */
async function expectSweptOnce(before: bigint, hashes: readonly string[]): Promise<void> {
  await Promise.all(hashes.map(done))
  const arrived = (await d.devnet.tokenOf(token(), d.coldWallet)) - before
  expect(arrived).toBe(amount * BigInt(hashes.length))
  const [counts] = await d.sql`
    select (select count(*)::int from transactions where step = 'sweep' and state = 'succeeded') as mined,
           (select count(*)::int from sweeps where outcome = 'swept') as closed,
           (select count(*)::int from foreign_transactions) as external`
  expect(counts).toMatchObject({ mined: counts?.['closed'], external: 0 })
}

const cuts = [
  ['PostgreSQL', 'DATABASE_URL', /lanes|relay|start|database/i, 'both'],
  ['RabbitMQ', 'RABBITMQ_URL', /relay|intake/i, 'worker'],
  ['Temporal', 'TEMPORAL_ADDRESS', /temporal|intake/i, 'worker'],
] as const

test.each(cuts)(
  '/readyz reports that %s is cut off in mid-sweep, and each deposit is swept once after the reconnect',
  async (_, name, words, who) => {
    const before = await d.devnet.tokenOf(token(), d.coldWallet)
    const first = await paid()
    await reaches(d, first, 'funding', { processes: [scanner, worker] })
    line(name).cut()
    const second = await paid()
    const told = await problemsOf(worker, (problems) => problems.some((t) => words.test(t)))
    if (who === 'both') await problemsOf(scanner, (problems) => problems.length > 0)
    for (const secret of d.secrets) expect(told.join()).not.toContain(secret)
    expect((await rowsOf(d, second))[0]?.state ?? 'not seen').not.toMatch(/done|needs-attention/)
    line(name).restore()
    await problemsOf(worker, (problems) => problems.length === 0)
    await expectSweptOnce(before, [first, second])
  },
  600_000,
)

test('/readyz reports a silent Temporal even without deposits, and the next deposit is swept', async () => {
  line('TEMPORAL_ADDRESS').freeze()
  await problemsOf(worker, (problems) => problems.some((it) => it.startsWith('temporal server: ')))
  line('TEMPORAL_ADDRESS').restore()
  await problemsOf(worker, (problems) => problems.length === 0)
  await done(await paid())
}, 600_000)

test('after both databases were silent and answer again, the scanner reads the central table', async () => {
  const names = ['DATABASE_URL', 'CENTRAL_DATABASE_URL'] as const
  for (const name of names) line(name).freeze()
  await problemsOf(scanner, (problems) => problems.some((it) => it.startsWith('wallets: ')))
  for (const name of names) line(name).restore()
  await problemsOf(scanner, (problems) => problems.length === 0)
  await done(await paid())
}, 600_000)

test('deposits are swept once, without a health problem, while Redis is cut off and emptied', async () => {
  const before = await d.devnet.tokenOf(token(), d.coldWallet)
  const redis = new Redis(d.env['REDIS_URL'] ?? '')
  try {
    const first = await paid()
    await reaches(d, first, 'funding', { processes: [scanner, worker] })
    line('REDIS_URL').cut()
    // Deletes only the keys of this test instead of FLUSHALL, because the server is shared.
    const keys = await redis.keys(`${d.env['REDIS_PREFIX']}*`)
    if (keys.length > 0) await redis.del(...keys)
    const second = await paid()
    await expectSweptOnce(before, [first, second])
    expect(await problemsOf(worker, () => true)).toEqual([])
  } finally {
    redis.disconnect()
    line('REDIS_URL').restore()
  }
}, 600_000)

test.each(['cut', 'freeze'] as const)(
  'the detail of a deposit reports an unreachable central database (%s), and the sweep resumes after the reconnect',
  async (fault) => {
    const before = await d.devnet.tokenOf(token(), d.coldWallet)
    const known = await d.addWallet()
    await done(await d.devnet.payToken(token(), known.address, amount))
    line('CENTRAL_DATABASE_URL')[fault]()
    const hash = await d.devnet.payToken(token(), known.address, amount)
    const detail = await eventually(
      async () => (await rowsOf(d, hash))[0]?.detail ?? '',
      (words) => words.includes('central database'),
      240_000,
    )
    expect(detail).toMatch(/try \d+ failed; retrying: CentralDatabaseUnreachable/)
    for (const secret of d.secrets) expect(detail).not.toContain(secret)
    line('CENTRAL_DATABASE_URL').restore()
    await done(hash)
    expect(await d.devnet.tokenOf(token(), d.coldWallet)).toBe(before + 2n * amount)
  },
  600_000,
)
