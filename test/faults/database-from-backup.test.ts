import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StartedProcess } from '../../devstack/run/run.ts'
import { copyDatabase, type DatabaseCopy } from '../harness/services/database-copy.ts'
import { eventually } from '../harness/waiting/eventually.ts'
import { reaches, rowsOf } from '../harness/worlds/follow.ts'
import { type OwnDeployment, ownDeployment } from '../harness/worlds/own-deployment.ts'

/** MONEY 22: the database is restored from a backup that is older than some sweeps on chain. */
let d: OwnDeployment
let copy: DatabaseCopy
let processes: StartedProcess[] = []
const usdt = () => d.tokens[0] as (typeof d.tokens)[number]
const units = (amount: number) => BigInt(amount) * 10n ** 18n
const order = ['--operator', 'ann', '--reason', 'the database is from a backup']

beforeAll(async () => {
  d = await ownDeployment({
    tokens: async (devnet) => [
      { ...(await devnet.deployToken('plain-token', 'PLN', 18)), min: '1' },
    ],
    timers: { reconcileSeconds: 3_600 },
  })
}, 180_000)
afterAll(async () => {
  await copy?.drop()
  await d?.close()
})

const start = (...verbs: ('scanner' | 'worker')[]) => {
  processes = verbs.map((verb) => d.start(verb))
}
async function stop(): Promise<void> {
  for (const { pid, exitCode } of processes)
    if (exitCode === undefined) process.kill(pid, 'SIGKILL')
  await Promise.all(processes.map(({ ended }) => ended))
}
const done = (hash: string) => reaches(d, hash, 'done', { processes })
const isIn = (hash: string, state: string) => reaches(d, hash, state, { processes })
const payToken = async (wallet: `0x${string}`, amount: number) =>
  await d.devnet.payToken(usdt(), wallet, units(amount))
const nonceOf = async (address: string) =>
  Number(await d.devnet.request('eth_getTransactionCount', [address, 'latest']))
const recover = async (...more: string[]) => {
  const { exitCode, stdout } = await d.cli('recover', ...order, ...more, '--json')
  const { data, errors } = JSON.parse(stdout)
  return { exitCode, report: data?.[0], errors }
}

test('on a restored database coldsweep closes lanes and sends nothing twice; after recover all deposits are done and the books balance', async () => {
  const wallets = await Promise.all(Array.from({ length: 6 }, () => d.addWallet()))
  const [first, second, third, fourth, fifth, sixth] = wallets.map(({ address }) => address)
  if (!first || !second || !third || !fourth || !fifth || !sixth) throw new Error('no wallets')
  start('scanner', 'worker')
  await done(await payToken(first, 1))
  await stop()
  start('scanner')
  // Deposits before the backup: they are final but not swept.
  const before = [
    await payToken(second, 2),
    await d.devnet.pay(third, '0.3'),
    ...(await d.devnet.payBoth(fourth, '0.2', usdt(), units(4))),
  ]
  for (const hash of before) await reaches(d, hash, 'waiting(queued)')
  await stop()
  copy = await copyDatabase(d.env['DATABASE_URL'] ?? '')
  start('scanner', 'worker')
  await Promise.all(before.map(done))
  // Deposits after the backup: to a new wallet, and to a wallet with a lane in the backup.
  const after = [await payToken(fifth, 5), await payToken(first, 6)]
  await Promise.all(after.map(done))
  await stop()
  const keeperNonce = await nonceOf(d.keeper)
  const inCold = await d.devnet.tokenOf(usdt(), d.coldWallet)
  expect(inCold).toBe(units(1 + 2 + 4 + 5 + 6))

  await copy.putBack()
  start('scanner', 'worker')
  // The new deposits need signatures on the keeper's lane and on a lane in the backup.
  const asking = [await payToken(sixth, 7), await payToken(first, 8)]
  for (const hash of asking) await isIn(hash, 'needs-attention(lane-behind)')
  const lanes =
    await d.sql`select sender, closed_reason, closed_at from lanes where closed_reason is not null`
  expect(lanes.map(({ sender }) => sender)).toContain(d.keeper.toLowerCase())
  for (const { closed_reason: why, closed_at: at } of lanes) expect([why, at]).not.toContain(null)
  // The deposits of the emptied wallets are not done, and nothing was sent.
  for (const hash of [...before, ...after])
    expect((await rowsOf(d, hash))[0]?.state).not.toBe('done')
  expect(await nonceOf(d.keeper)).toBe(keeperNonce)
  expect(await d.devnet.tokenOf(usdt(), d.coldWallet)).toBe(inCold)
  expect((await d.cli('reconcile')).exitCode).toBe(1)

  const dry = await recover('--dry-run')
  expect(dry).toMatchObject({ exitCode: 0, report: { done: false } })
  const kinds = dry.report.lanes.flatMap((lane: { adoptions: { kind: string }[] }) =>
    lane.adoptions.map(({ kind }) => kind),
  )
  expect(kinds.filter((kind: string) => kind === 'sweep').length).toBe(6)
  expect(kinds.filter((kind: string) => kind === 'gas').length).toBeGreaterThanOrEqual(2)
  expect(kinds).not.toContain('foreign')
  expect((await d.sql`select 1 from lanes where closed_reason is not null`).length).toBe(
    lanes.length,
  )

  // A used nonce that only the lane loop recorded keeps its lane closed. An operator cannot accept
  // the nonce before it is used in a final block.
  const keeper = d.keeper.toLowerCase()
  await d.sql`insert into foreign_transactions (chain_id, sender, nonce) values (${d.devnet.chainId}, ${keeper}, 9999)`
  const partly = await recover()
  expect(partly).toMatchObject({ exitCode: 3, report: { done: true, depositsCovered: 6 } })
  expect(partly.errors[0].message).toContain('nonce 9999 is used')
  const early = await recover('--lane', d.keeper, '--accept-nonce', '9999')
  expect(early).toMatchObject({ exitCode: 3, report: { done: false } })
  expect(early.errors[0].message).toContain('nonce 9999 is not used in a final block yet')
  expect(await d.sql`select sender from lanes where closed_reason is not null`).toEqual([
    { sender: keeper },
  ])
  const adopted = await d.sql`
    select 1 from foreign_transactions where sender = ${keeper} and adopted_at is not null`
  expect(adopted.length).toBe(0)
  await d.sql`delete from foreign_transactions where nonce = 9999`

  const recovered = await recover()
  expect(recovered.exitCode).toBe(0)
  expect(recovered.report).toMatchObject({ done: true, depositsCovered: 0 })
  await Promise.all([...before, ...after, ...asking].map(done))
  expect(await d.devnet.tokenOf(usdt(), d.coldWallet)).toBe(inCold + units(7 + 8))
  const orders = await d.sql`select action, operator from operator_actions where action = 'recover'`
  expect(orders.length).toBeGreaterThan(0)
  expect((await d.cli('audit', 'verify')).exitCode).toBe(0)

  const again = await recover()
  expect(again).toMatchObject({ exitCode: 0, report: { lanes: [], depositsCovered: 0 } })
  const books = await eventually(
    () => d.cli('reconcile', '--json'),
    ({ exitCode }) => exitCode === 0,
    60_000,
  ).catch(async () => await d.cli('reconcile', '--json'))
  expect(JSON.parse(books.stdout).data[0].differences).toEqual([])
  await stop()
}, 400_000)
