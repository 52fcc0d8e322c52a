import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StartedProcess } from '../../devstack/run/run.ts'
import { eventually } from '../harness/waiting/eventually.ts'
import { eventCount, historyOf, reaches, rowsOf } from '../harness/worlds/follow.ts'
import { type OwnDeployment, ownDeployment } from '../harness/worlds/own-deployment.ts'
import { recordHistory } from '../harness/worlds/record-history.ts'

/**
 * Tests sweeps in a full deployment: chain, scanner, worker, RabbitMQ, Temporal, Redis and
 * PostgreSQL.
 */
let d: OwnDeployment
let scanner: StartedProcess
let worker: StartedProcess
const usdt = () => d.tokens[0] as (typeof d.tokens)[number]
const silent = () => d.tokens[1] as (typeof d.tokens)[number]
const units = (amount: number, decimals: number) => BigInt(amount) * 10n ** BigInt(decimals)
const typesOf = ({ events }: Awaited<ReturnType<typeof historyOf>>) =>
  (events ?? []).map(({ eventType }) => eventType).join(' ')
const done = (hash: string) => reaches(d, hash, 'done', { processes: [scanner, worker] })

beforeAll(async () => {
  d = await ownDeployment({
    tokens: async (devnet) => [
      { ...(await devnet.deployToken('plain-token', 'PLN', 18)), min: '1' },
      { ...(await devnet.deployToken('silent-token', 'SIL', 6)), min: '1' },
    ],
  })
  scanner = d.start('scanner')
  worker = d.start('worker')
})
afterAll(async () => await d?.close())

test('a token deposit reaches the cold wallet in at most 32 workflow events', async () => {
  const { address } = await d.addWallet()
  const hash = await d.devnet.payToken(usdt(), address, units(5, 18))
  const { id } = await done(hash)
  expect(await d.devnet.tokenOf(usdt(), d.coldWallet)).toBe(units(5, 18))
  const history = await historyOf(d, id)
  expect(eventCount(history), typesOf(history)).toBeLessThanOrEqual(32)
  expect(JSON.stringify(history)).toContain('gasMined')
  recordHistory('token-0.1.0', history)
})

test('a native deposit reaches the cold wallet in at most 22 workflow events and empties the user wallet', async () => {
  const { address } = await d.addWallet()
  const { id } = await done(await d.devnet.pay(address, '0.7'))
  expect(await d.devnet.etherOf(address)).toBe(0n)
  const history = await historyOf(d, id)
  expect(eventCount(history), typesOf(history)).toBeLessThanOrEqual(22)
  recordHistory('native-0.1.0', history)
})

test('two deposits to one wallet are swept once (MONEY 10, 11)', async () => {
  const { address, list } = await d.addWallet({ unlisted: true })
  const before = await d.devnet.tokenOf(silent(), d.coldWallet)
  const hashes = [
    await d.devnet.payToken(silent(), address, units(2, 6)),
    await d.devnet.payToken(silent(), address, units(3, 6)),
  ]
  // The wallet is listed after both payments, so that no sweep can move only the first.
  await list()
  const rows = await Promise.all(hashes.map(done))
  expect((await d.devnet.tokenOf(silent(), d.coldWallet)) - before).toBe(units(5, 6))
  expect(new Set(rows.map(({ sweepId }) => sweepId)).size).toBe(1)
  for (const { id } of rows) await historyOf(d, id)
})

test('sweeps the tokens of a wallet before its native balance, and uses that balance for gas (MONEY 6)', async () => {
  const { address } = await d.addWallet()
  const [native, token] = await d.devnet.payBoth(address, '0.3', usdt(), units(4, 18))
  await Promise.all([done(native), done(token)])
  const gas = await d.sql`
    select key from transactions t join sweeps s on s.id = t.sweep_id
    where s.wallet = ${address.toLowerCase()} and t.step = 'gas'`
  expect(gas).toEqual([])
  expect(await d.devnet.etherOf(address)).toBe(0n)
})

test('ignores dust, and the wallet’s next sweep includes it (MONEY 15)', async () => {
  const { address } = await d.addWallet()
  const dust = await d.devnet.payToken(usdt(), address, units(1, 17))
  await reaches(d, dust, 'ignored(dust)', { processes: [scanner, worker] })
  await done(await d.devnet.payToken(usdt(), address, units(2, 18)))
  expect((await rowsOf(d, dust))[0]?.state).toBe('done')
  expect(await d.devnet.tokenOf(usdt(), address)).toBe(0n)
})

test('finds and sweeps the deposit of a wallet that the central database lists later', async () => {
  const { address, list } = await d.addWallet({ unlisted: true })
  const hash = await d.devnet.payToken(usdt(), address, units(6, 18))
  await done(await d.devnet.payToken(usdt(), (await d.addWallet()).address, units(1, 18)))
  expect(await rowsOf(d, hash)).toEqual([])
  await list()
  await done(hash)
})

test('no deposit is lost or swept twice when the worker is killed in the middle of sweeps', async () => {
  const wallets = await Promise.all(Array.from({ length: 4 }, () => d.addWallet()))
  const before = await d.devnet.tokenOf(usdt(), d.coldWallet)
  const hashes = await Promise.all(
    wallets.map(({ address }) => d.devnet.payToken(usdt(), address, units(7, 18))),
  )
  const gasSent = () =>
    d.sql`select 1 from attempts a join transactions t on t.key = a.transaction_key where t.state = 'live'`
  await eventually(gasSent, (rows) => rows.length > 0)
  process.kill(worker.pid, 'SIGKILL')
  await worker.ended
  worker = d.start('worker')
  await Promise.all(hashes.map(done))
  expect((await d.devnet.tokenOf(usdt(), d.coldWallet)) - before).toBe(units(28, 18))
})

test('histories and logs contain no private key, raw transaction or RPC URL (MONEY 19)', async () => {
  // Dust is settled without a run.
  const rows = await d.sql`
    select id from deposits where state = 'done' and last_run_at is not null`
  const raws = await d.sql`select encode(raw, 'hex') as raw from attempts`
  const forbidden = [...d.secrets, ...raws.map(({ raw }) => raw as string)]
  const texts = [readFileSync(scanner.logFile, 'utf8'), readFileSync(worker.logFile, 'utf8')]
  for (const { id } of rows) texts.push(JSON.stringify(await historyOf(d, id)))
  expect(texts.length).toBeGreaterThan(10)
  for (const text of texts) {
    for (const secret of forbidden) expect(text.includes(secret)).toBe(false)
  }
})

test('the number of mined sweep transactions equals the number of sweeps with the outcome swept', async () => {
  const [counts] = await d.sql`
    select (select count(*)::int from transactions where step = 'sweep' and state = 'succeeded') as mined,
           (select count(*)::int from sweeps where outcome = 'swept') as closed,
           (select count(*)::int from foreign_transactions) as external`
  expect(counts).toMatchObject({ mined: counts?.['closed'], external: 0 })
})
