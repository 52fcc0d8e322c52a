import { readFileSync, writeFileSync } from 'node:fs'
import { parseEther } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StartedProcess } from '../../devstack/run/run.ts'
import { eventually } from '../harness/waiting/eventually.ts'
import { exportSums } from '../harness/worlds/export-sums.ts'
import { reaches } from '../harness/worlds/follow.ts'
import { type OwnDeployment, ownDeployment } from '../harness/worlds/own-deployment.ts'

/** Dust in wallets and gas money left there, in a full deployment (MONEY 15). */
let d: OwnDeployment
let processes: StartedProcess[]
const units = (amount: number) => BigInt(amount) * 10n ** 18n
const wallets: Record<'a' | 'b' | 'coin' | 'whale', `0x${string}`> = {} as never

async function json(...args: string[]) {
  const { stdout, stderr, exitCode } = await d.cli(...args, '--json')
  if (stdout === '') throw new Error(stderr)
  const { data, errors } = JSON.parse(stdout)
  return { data, errors, exitCode }
}

beforeAll(async () => {
  d = await ownDeployment({
    tokens: async (devnet) => [
      { ...(await devnet.deployToken('plain-token', 'PLN', 18)), min: '10' },
    ],
  })
  for (const name of ['a', 'b', 'coin', 'whale'] as const)
    wallets[name] = (await d.addWallet()).address
  const [pln] = d.tokens
  if (!pln) throw new Error('no token')
  processes = [d.start('scanner'), d.start('worker')]
  const paid = [
    await d.devnet.payToken(pln, wallets.a, units(4)),
    await d.devnet.payToken(pln, wallets.a, units(3)),
    await d.devnet.payToken(pln, wallets.b, units(2)),
    await d.devnet.pay(wallets.coin, '0.005'),
  ]
  const whale = await d.devnet.payToken(pln, wallets.whale, units(50))
  for (const hash of paid) await reaches(d, hash, 'ignored(dust)', { processes })
  await reaches(d, whale, 'done', { processes })
}, 300_000)
afterAll(async () => await d?.close())

test('dust sums wallets, deposits and amounts by asset, and its cost when it reads the chain', async () => {
  const [pln] = d.tokens
  const { data, exitCode } = await json('dust')
  expect(exitCode).toBe(0)
  expect(data).toMatchObject([
    { asset: pln?.address, symbol: 'PLN', wallets: 2, deposits: 3, text: '9 PLN', cost: null },
    { asset: 'native', symbol: 'ETH', wallets: 1, deposits: 1, text: '0.005 ETH', cost: null },
  ])
  const priced = (await json('dust', '--now')).data
  const [token, coin] = priced
  expect(BigInt(token.cost.totalWei)).toBe(2n * BigInt(token.cost.perWalletWei))
  expect(token.cost.worth).toBeNull()
  const cost = BigInt(coin.cost.perWalletWei)
  expect(cost).toBeGreaterThan(0n)
  expect(coin.cost.worth).toMatchObject({
    wallets: 1,
    arrives: String(parseEther('0.005') - cost),
  })
  expect((await json('dust', '--asset', 'pln')).data).toHaveLength(1)
  expect((await d.cli('dust', '--asset', 'NOPE')).exitCode).toBe(2)
  const { stdout } = await d.cli('dust', '--now')
  expect(stdout).toContain('9 PLN')
})

test('leftovers agree with the export and with the balances on chain', async () => {
  const { data } = await json('leftovers', '--now')
  const [chain] = data
  const sums = await exportSums(d)
  expect(chain.sent.wei).toBe(sums.native.gas)
  const wei = (of: { wei: string }) => BigInt(of.wei)
  expect(wei(chain.sent) + wei(chain.fromDeposits)).toBe(
    wei(chain.spent) + wei(chain.returned) + wei(chain.left) + wei(chain.inUse),
  )
  expect(chain.top).toMatchObject([{ wallet: wallets.whale }])
  expect(chain.top[0].left).toEqual(chain.top[0].balance)
  expect(chain.left).toEqual(chain.top[0].left)
  expect(chain.leftPercent).toBeGreaterThan(10)
  expect(chain.leftPercent).toBeLessThan(90)
})

const states = async () =>
  (
    await d.sql`
      select wallet, state, reason, detail, event_seq from deposits order by wallet, id`
  ).map((row) => ({ ...row }))
const audited = async () =>
  (await d.sql`select action, operator, reason from operator_actions order by id`).map((row) => ({
    ...row,
  }))
const sweepDust = (...args: string[]) =>
  json('sweep-dust', '--chain', String(d.devnet.chainId), '--asset', ...args)
const signed = ['--order', '--operator', 'ann', '--reason', 'month end']
const of = (wallet: string) => wallet.toLowerCase()

test('sweep-dust without --order shows what each wallet brings and costs, and changes nothing', async () => {
  const before = await states()
  const { data, exitCode } = await sweepDust('PLN', '--min', '3')
  expect(exitCode).toBe(0)
  expect(data).toMatchObject({ dryRun: true, changed: false, orderId: null })
  const [a, b] = data.wallets
  expect(a).toMatchObject({ wallet: wallets.a, action: 'sweep', bringsText: '7 PLN', deposits: 2 })
  expect(b).toMatchObject({ wallet: wallets.b, action: 'leave' })
  expect(b.why).toMatch(/less than the order's 3 PLN/)
  expect(BigInt(a.costWei)).toBeGreaterThan(0n)
  expect(data.total).toMatchObject({ wallets: 1, bringsText: '7 PLN', costWei: a.costWei })
  const coin = (await sweepDust('ETH')).data
  expect(coin.wallets).toMatchObject([{ wallet: wallets.coin, action: 'sweep' }])
  expect(BigInt(coin.total.brings) + BigInt(coin.total.costWei)).toBe(parseEther('0.005'))
  const dear = (await sweepDust('ETH', '--factor', '1000000')).data
  expect(dear.wallets).toMatchObject([{ action: 'leave' }])
  expect(await states()).toEqual(before)
  expect(await audited()).toEqual([])
})

test('sweep-dust refuses an order without operator, reason or a token’s --min', async () => {
  for (const args of [
    ['PLN', '--order', '--operator', 'ann', '--reason', 'x'],
    ['PLN', '--order', '--min', '1', '--operator', 'ann'],
    ['ETH', '--order', '--min', '1'],
    ['PLN', '--min', '1', '--dry-run', ...signed],
    ['PLN', '--factor', '3'],
    ['NOPE'],
  ])
    expect([args, (await sweepDust(...args)).exitCode]).toEqual([args, 2])
  expect((await sweepDust('PLN', '--wallet', wallets.coin)).exitCode).toBe(1)
  expect(await audited()).toEqual([])
})

test('a paused chain leaves the dust, and an order about one wallet is refused', async () => {
  const pause = ['--chain', String(d.devnet.chainId), '--operator', 'ann', '--reason', 'incident']
  await d.cli('pause', ...pause)
  const before = await states()
  expect((await sweepDust('PLN', '--min', '1')).data.wallets).toMatchObject([
    { action: 'leave', why: expect.stringContaining('chain-paused') },
    { action: 'leave' },
  ])
  const order = await sweepDust('PLN', '--min', '1', '--wallet', wallets.a, ...signed)
  expect([order.exitCode, order.errors[0].message]).toEqual([
    3,
    expect.stringContaining('chain-paused'),
  ])
  expect(await states()).toEqual(before)
  await d.cli('resume', ...pause)
})

test('an order leaves what the keeper cannot fund above its alert level', async () => {
  const file = d.env['COLDSWEEP_CONFIG'] ?? ''
  const before = readFileSync(file, 'utf8')
  const rows = await states()
  writeFileSync(file, before.replace(/alertBelow: .*/, 'alertBelow: "1000"'))
  const { data } = await sweepDust('PLN', '--min', '1', ...signed)
  writeFileSync(file, before)
  expect(data).toMatchObject({ changed: false, ordered: 0 })
  for (const { action, why } of data.wallets)
    expect([action, why]).toEqual(['leave', expect.stringContaining('refill it first')])
  expect(await states()).toEqual(rows)
  expect(await audited()).not.toContainEqual(expect.objectContaining({ action: 'sweep-dust' }))
})

test('an order survives a dead worker, is given once, and sweeps all dust of the wallets', async () => {
  const [, worker] = processes
  if (!worker) throw new Error('no worker')
  process.kill(worker.pid, 'SIGKILL')
  await worker.ended
  const { data, exitCode } = await sweepDust('PLN', '--min', '1', ...signed)
  expect([exitCode, data.changed, data.ordered]).toEqual([0, true, 2])
  const again = (await sweepDust('PLN', '--min', '1', ...signed)).data
  expect(again).toMatchObject({ changed: false, orderId: null })
  expect(again.wallets.map((it: { action: string }) => it.action)).toEqual(['already', 'already'])
  const coin = (await sweepDust('ETH', ...signed)).data
  expect(coin).toMatchObject({ changed: true, ordered: 1 })
  expect((await audited()).filter(({ action }) => action === 'sweep-dust')).toEqual([
    { action: 'sweep-dust', operator: 'ann', reason: 'month end' },
    { action: 'sweep-dust', operator: 'ann', reason: 'month end' },
  ])
  processes = [processes[0] as StartedProcess, d.start('worker')]
  await eventually(states, (rows) => rows.every(({ state }) => state === 'done'), 120_000)
  const rows = await d.sql`
    select count(*)::int as sweeps, count(distinct wallet)::int as wallets from sweeps
    where outcome = 'swept'`
  expect(rows[0]).toEqual({ sweeps: 4, wallets: 4 })
  expect((await json('dust')).data).toEqual([])
  const [pln] = d.tokens
  if (!pln) throw new Error('no token')
  expect(await d.devnet.tokenOf(pln, d.coldWallet)).toBe(units(59))
  expect((await states()).map(({ wallet }) => wallet)).toContain(of(wallets.coin))
})

test('the books balance and the day closes after the orders', async () => {
  const now = Number(await d.devnet.request('eth_blockNumber'))
  const [report] = await eventually(
    async () => (await json('reconcile')).data,
    ([it]) => it.block.number >= now,
  )
  expect(report.differences).toEqual([])
  const today = new Date().toISOString().slice(0, 10)
  expect((await d.cli('report', 'daily', '--date', today)).exitCode).toBe(0)
  const [chain] = (await json('leftovers')).data
  expect(chain.sent.wei).toBe((await exportSums(d)).native.gas)
})
