import { readFileSync } from 'node:fs'
import { createWalletClient, encodeFunctionData, http, parseEther } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { StartedProcess } from '../../devstack/run/run.ts'
import { devnetChain } from '../harness/devnet/devnet.ts'
import { drawAddress } from '../harness/factories/seed-rows.ts'
import { eventually } from '../harness/waiting/eventually.ts'
import { exportSums } from '../harness/worlds/export-sums.ts'
import { reaches } from '../harness/worlds/follow.ts'
import { type OwnDeployment, ownDeployment } from '../harness/worlds/own-deployment.ts'

/**
 * Reconciles the books of a full deployment (MONEY 23): during and after a busy mixed scenario,
 * then with one difference of each kind.
 */
let d: OwnDeployment
let scanner: StartedProcess
let worker: StartedProcess
const plain = () => d.tokens[0] as (typeof d.tokens)[number]
const fee = () => d.tokens[1] as (typeof d.tokens)[number]
const units = (amount: number) => BigInt(amount) * 10n ** 18n
const done = (hash: string) => reaches(d, hash, 'done', { processes: [scanner, worker] })

beforeAll(async () => {
  d = await ownDeployment({
    tokens: async (devnet) => [
      { ...(await devnet.deployToken('plain-token', 'PLN', 18)), min: '1' },
      { ...(await devnet.deployToken('fee-token', 'FEE', 18, 100)), min: '1' },
    ],
    timers: { reconcileSeconds: 1 },
  })
  scanner = d.start('scanner')
  worker = d.start('worker')
})
afterAll(async () => await d?.close())

interface Report {
  readonly block: { readonly number: number }
  readonly balanced: boolean
  readonly assets: readonly Record<string, string>[]
  readonly keepers: readonly Record<string, string>[]
  readonly differences: readonly {
    kind: string
    address: string
    missing: string | null
    rows: string[]
  }[]
}

async function reconciled(): Promise<Report & { readonly exitCode: number }> {
  const { exitCode, stdout, stderr } = await d.cli('reconcile', '--json')
  const [report] = JSON.parse(stdout).data ?? []
  if (!report) throw new Error(`${stdout}\n${stderr}`)
  return { ...report, exitCode }
}

/** Repeats reconcile until its block is the current head or a later block. */
async function settled() {
  const now = Number(await d.devnet.request('eth_blockNumber'))
  return await eventually(reconciled, ({ block }) => block.number >= now)
}

const kindsOf = ({ differences }: Report) => differences.map(({ kind }) => kind).sort()

/** Sends a token transfer that reverts, because its sender holds no token. */
async function fails(): Promise<void> {
  const [, from] = (await d.devnet.request('eth_accounts')) as string[]
  const { address } = await d.addWallet()
  const { abi, address: to } = plain()
  const data = encodeFunctionData({ abi, functionName: 'transfer', args: [address, units(1)] })
  await d.devnet.request('eth_sendTransaction', [{ from, to, data, gas: '0x30d40' }])
}

test('the books balance during and after a mixed scenario', async () => {
  const wallets = await Promise.all(Array.from({ length: 6 }, () => d.addWallet()))
  const [a, b, c, e, f, g] = wallets.map(({ address }) => address)
  if (!a || !b || !c || !e || !f || !g) throw new Error('no parts')
  const dust = await d.devnet.payToken(plain(), e, units(1) / 10n)
  const hashes = [
    await d.devnet.pay(a, '0.7'),
    await d.devnet.payToken(plain(), b, units(5)),
    await d.devnet.payToken(fee(), c, units(40)),
    ...(await d.devnet.payBoth(f, '0.3', plain(), units(4))),
    await d.devnet.payToken(plain(), g, units(2)),
  ]
  // A payment counts as a refill only if the keeper's books were opened in an earlier block.
  await eventually(
    () => d.sql`select 1 from keepers where opening_block is not null`,
    ({ length }) => length > 0,
  )
  await d.devnet.pay(d.keeper, '1.5')
  await fails()
  await Promise.all(hashes.map(done))
  await reaches(d, dust, 'ignored(dust)')
  // The wallet's native sweep includes the rest of the ether that the keeper paid for gas.
  await done(await d.devnet.pay(b, '0.2'))
  const report = await settled()
  expect(report.differences).toEqual([])
  expect(report).toMatchObject({ balanced: true, exitCode: 0 })
  const [native, pln, taxed] = ['native', plain().address, fee().address].map((asset) =>
    report.assets.find((it) => it['asset'] === asset.toLowerCase()),
  )
  expect(native).toMatchObject({ deposits: String(parseEther('1.2')), missing: '0' })
  expect(BigInt(native?.['gas'] ?? 0)).toBeGreaterThan(0n)
  expect(pln).toMatchObject({ arrived: String(units(11)), left: String(units(1) / 10n) })
  // The token takes 1 % of the deposit, which is not credited, and 1 % of the sweep as a fee.
  const [deposited, kept] = [(units(40) * 99n) / 100n, (units(40) * 99n) / 10_000n]
  expect(taxed).toMatchObject({ deposits: String(deposited), fees: String(kept), left: '0' })
  expect(report.keepers).toEqual([expect.objectContaining({ refills: String(parseEther('1.5')) })])
  const sums = await exportSums(d)
  expect(native).toMatchObject({ ...sums.asset(null), ...sums.native })
  expect(pln).toMatchObject(sums.asset(plain().address.toLowerCase()))
  expect(taxed).toMatchObject(sums.asset(fee().address.toLowerCase()))
  expect(report.keepers).toEqual([expect.objectContaining(sums.keeper)])
  expect(sums.shares).toBe(sums.gasOfSweeps)
  const today = new Date().toISOString().slice(0, 10)
  const day = await d.cli('report', 'daily', '--date', today)
  expect([day.exitCode, day.stderr]).toEqual([0, expect.stringContaining('is not over')])
  // The worker's schedule has also reconciled while sweeps were in flight.
  const rows = await eventually(
    () => d.sql`select balanced, report->'differences' as differences from reconciliations`,
    (found) => found.length >= 8,
  )
  expect(rows.filter(({ balanced }) => !balanced)).toEqual([])
})

describe('reconcile', () => {
  /**
   * Sends a payment with a wallet's own key, as a thief would. Resolves when the payment is mined
   * and recorded as external.
   */
  async function takeFrom(wallet: string, value: bigint): Promise<string> {
    const rpc = http(d.secrets.map((it) => `http://${it}`).find((it) => /:\d+$/.test(it)))
    const chain = devnetChain({ url: '', chainId: d.devnet.chainId })
    const account = privateKeyToAccount(d.keyOf(wallet as `0x${string}`) as `0x${string}`)
    const thief = createWalletClient({ account, chain, transport: rpc })
    const hash = await thief.sendTransaction({ to: drawAddress() as `0x${string}`, value })
    await noted(hash)
    return hash
  }
  const noted = (hash: string) =>
    eventually(
      () => d.sql`select 1 from foreign_transactions where hash = ${hash}`,
      (rows) => rows.length === 1,
    )

  let taken: string
  let wallet: string

  test('reports the external transaction and the deposit, and exits 1, after a thief pays with the key of a wallet', async () => {
    ;({ address: wallet } = await d.addWallet())
    const deposit = await d.devnet.pay(wallet as `0x${string}`, '0.005')
    const { id } = await reaches(d, deposit, 'ignored(dust)')
    taken = await takeFrom(wallet, parseEther('0.004'))
    const report = await settled()
    expect(kindsOf(report)).toEqual(['foreign', 'wallet'])
    expect(report.exitCode).toBe(1)
    const missing = report.differences.find(({ kind }) => kind === 'wallet')
    expect(missing).toMatchObject({ address: wallet.toLowerCase() })
    expect(BigInt(missing?.missing ?? 0)).toBeGreaterThan(parseEther('0.004'))
    expect(missing?.rows).toEqual(expect.arrayContaining([id, taken]))
    // The next scheduled reconciliation also finds the difference.
    await eventually(
      async () => (await d.sql`select 1 from reconciliations where not balanced`).length,
      (count) => count > 0,
    )
    await eventually(readWorker, (log) => log.includes('books do not balance'))
  })

  test('reports a difference of kind nonce for a used nonce that no row explains', async () => {
    const [row] = await d.sql`delete from foreign_transactions where hash = ${taken} returning *`
    await d.sql`
      insert into lanes (chain_id, sender, role, entry_nonce, next_nonce)
      values (${d.devnet.chainId}, ${wallet.toLowerCase()}, 'wallet', 0, 0)
      on conflict do nothing`
    expect(kindsOf(await reconciled())).toEqual(['nonce', 'wallet'])
    await d.sql`insert into foreign_transactions ${d.sql(row as never)}`
  })

  test('reports a difference of kind misdirected for a sweep to another address', async () => {
    const [row] = await d.sql`delete from foreign_transactions where hash = ${taken} returning *`
    const [sweep] = await d.sql`
      insert into sweeps (chain_id, wallet, asset, closed_at, outcome)
      values (${d.devnet.chainId}, ${wallet.toLowerCase()}, 'native', now(), 'void') returning id`
    const key = `${sweep?.['id']}:sweep:1`
    await d.sql`
      insert into transactions ${d.sql({ key, sweep_id: sweep?.['id'], step: 'sweep', round: 1, chain_id: d.devnet.chainId, sender: wallet.toLowerCase(), nonce: 0, state: 'succeeded', to: d.coldWallet.toLowerCase(), value_wei: parseEther('0.004').toString(), data: '0x', gas_limit: 21000, fee_cap_wei: 1 })}`
    await d.sql`
      insert into attempts ${d.sql({ hash: taken, transaction_key: key, number: 1, kind: 'send', value_wei: parseEther('0.004').toString(), max_fee_wei: 1, max_priority_fee_wei: 1, raw: Buffer.from('00', 'hex') })}`
    const report = await reconciled()
    expect(kindsOf(report)).toEqual(['misdirected', 'wallet'])
    expect(report.differences.find(({ kind }) => kind === 'misdirected')?.rows).toEqual([
      key,
      taken,
    ])
    await d.sql`delete from attempts where hash = ${taken}`
    await d.sql`delete from transactions where key = ${key}`
    await d.sql`insert into foreign_transactions ${d.sql(row as never)}`
  })

  test('reports a difference of kind keeper for an external payment of the keeper', async () => {
    await d.devnet.request('anvil_impersonateAccount', [d.keeper])
    const to = drawAddress()
    const hash = await d.devnet.request('eth_sendTransaction', [
      { from: d.keeper, to, value: '0x7' },
    ])
    await noted(hash as string)
    const report = await settled()
    expect(kindsOf(report)).toEqual(['foreign', 'foreign', 'keeper', 'wallet'])
    const missing = report.differences.find(({ kind }) => kind === 'keeper')
    expect(missing?.rows[0]).toBe(hash)
    expect(BigInt(missing?.missing ?? 0)).toBeGreaterThan(7n)
  })

  test('still reports the difference, in text and JSON, after recover adopted the transaction', async () => {
    const by = ['--operator', 'ann', '--reason', 'looked into it']
    const nobody = await d.cli('recover', '--lane', drawAddress(), ...by)
    expect([nobody.exitCode, nobody.stderr]).toEqual([
      1,
      expect.stringContaining('is neither a keeper nor a user wallet'),
    ])
    const recovered = await d.cli('recover', '--lane', d.keeper, ...by)
    expect(recovered.exitCode, recovered.stderr).toBe(0)
    expect(recovered.stdout).toMatch(/foreign +0\.0{17}7 ETH to 0x\w{40} /)
    const report = await reconciled()
    expect(kindsOf(report)).toEqual(['foreign', 'foreign', 'keeper', 'wallet'])
    const { stdout, exitCode } = await d.cli('reconcile')
    expect(exitCode).toBe(1)
    expect(stdout).toContain('adopted as foreign by ann')
    expect(stdout).toMatch(/keeper 0x\w{40}: 0\.\d+ ETH is missing: opening /)
    for (const row of report.differences.flatMap(({ rows }) => rows)) expect(stdout).toContain(row)
  })

  test('reports a difference of kind row for a row that contradicts the chain', async () => {
    const forge = (by: number) =>
      d.sql`update sweeps set arrived_amount = arrived_amount + ${by} where id = (
        select id from sweeps where outcome = 'swept' order by opened_at limit 1)`
    await forge(1)
    const report = await reconciled()
    await forge(-1)
    expect(report.differences.find(({ kind }) => kind === 'row')).toMatchObject({ missing: '1' })
  })
})

const readWorker = () => readFileSync(worker.logFile, 'utf8')
