import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { forgedReceipt } from '../harness/proxies/forgeries.ts'
import { eventually } from '../harness/waiting/eventually.ts'
import { type QuorumDeployment, quorumDeployment } from '../harness/worlds/quorum-deployment.ts'

/** Sweeps from payment to `done` on three endpoints, of which two must agree (MONEY 20). */
let q: QuorumDeployment
const token = () => q.d.tokens[0] as (typeof q.d.tokens)[number]
const inCold = () => q.d.devnet.tokenOf(token(), q.d.coldWallet)
const isSweep = ({ step }: { readonly step: string }) => step === 'sweep'
const isFinal = ({ state }: { readonly state: string }) => state !== 'live'
const signedFor = (depositId: string) => q.d.sql<{ step: string; state: string }[]>`
  select t.step, t.state from transactions t join deposits d on d.sweep_id = t.sweep_id
  where d.id = ${depositId} order by t.created_at`

beforeAll(async () => {
  q = await quorumDeployment()
}, 180_000)
afterEach(() => q?.three.heal())
afterAll(async () => await q?.close())

test('token and ETH are swept while one of three endpoints is dead, then while one lags', async () => {
  q.three.proxies[2].fault('*', { kind: 'break' })
  const first = await Promise.all([q.payToken(), q.payCoin()])
  await Promise.all(first.map(({ hash }) => q.reaches(hash, 'done')))
  q.three.heal()
  await q.three.proxies[1].freezeHead()
  const second = await Promise.all([q.payToken(), q.payCoin()])
  const rows = await Promise.all(second.map(({ hash }) => q.reaches(hash, 'done')))
  expect(await inCold()).toBe(10n * 10n ** 18n)
  expect(rows.map(({ detail }) => detail)).toEqual(['', ''])
  const attention = await q.d.sql`select 1 from outbox where route = 'sweep.needs-attention'`
  expect(attention).toEqual([])
}, 180_000)

test('a forged receipt does not end the sweep transaction, and the deposit is needs-attention(rpc-disagreement)', async () => {
  const before = await inCold()
  const wallet = (await q.d.addWallet()).address
  const change = forgedReceipt((honest) =>
    honest['from'] === wallet.toLowerCase() ? { ...honest, status: '0x0', logs: [] } : honest,
  )
  q.three.proxies[0].fault('eth_getTransactionReceipt', { kind: 'forge', change })
  const hash = await q.d.devnet.payToken(token(), wallet, 5n * 10n ** 18n)
  const { id } = await q.reaches(hash, 'needs-attention(rpc-disagreement)')
  // coldsweep may read the forged receipt shortly before the sweep's gas transaction is final, so
  // the test waits until that transaction is final.
  const look = () => signedFor(id)
  const signed = await eventually(look, (rows) => rows.every((row) => isFinal(row) || isSweep(row)))
  expect(signed).toEqual([
    { step: 'gas', state: 'succeeded' },
    { step: 'sweep', state: 'live' },
  ])
  q.three.heal()
  await q.retry(id)
  await q.reaches(hash, 'done')
  expect((await inCold()) - before).toBe(5n * 10n ** 18n)
}, 180_000)

test('a deposit is waiting(rpc-quorum) while two of three endpoints are down, and is done after one recovers', async () => {
  const { hash } = await q.payToken()
  await q.reaches(hash, 'funding')
  for (const n of [1, 2] as const) q.three.proxies[n].fault('*', { kind: 'http', status: 503 })
  const { detail } = await q.reaches(hash, 'waiting(rpc-quorum)')
  expect(detail).toMatch(/too few of 3 rpc endpoints .*endpoint 2: .*503.*; endpoint 3: .*503/)
  q.three.proxies[1].heal()
  await q.reaches(hash, 'done')
}, 180_000)
