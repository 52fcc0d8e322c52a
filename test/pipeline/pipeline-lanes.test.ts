import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StartedProcess } from '../../devstack/run/run.ts'
import { sweepWorkflowId } from '../../workflows/contract.ts'
import type { Token } from '../harness/devnet/devnet.ts'
import { temporalCli } from '../harness/services/temporal-cli.ts'
import { eventually } from '../harness/waiting/eventually.ts'
import { reaches } from '../harness/worlds/follow.ts'
import { type OwnDeployment, ownDeployment } from '../harness/worlds/own-deployment.ts'

/**
 * In a full deployment, many deposits to one wallet, and operators who terminate or reset the run
 * that drives a sweep (MONEY 6, 10 to 12).
 */
let d: OwnDeployment
let scanner: StartedProcess
let worker: StartedProcess
const limit = 600_000
const five = 5n * 10n ** 18n
const token = (symbol: string) => d.tokens.find((one) => one.symbol === symbol) as Token
const done = (hash: string) => reaches(d, hash, 'done', { processes: [scanner, worker] })

beforeAll(async () => {
  d = await ownDeployment({
    timers: { leaseSeconds: 5, adoptAfterSeconds: 5, waitRecheckSeconds: 3 },
    tokens: async (devnet) => [
      { ...(await devnet.deployToken('plain-token', 'PLN', 18)), min: '1' },
      { ...(await devnet.deployToken('silent-token', 'SIL', 18)), min: '1' },
    ],
  })
  scanner = d.start('scanner')
  worker = d.start('worker')
})
afterAll(async () => await d?.close())

interface Signed {
  readonly sweepId: string
  readonly step: string
  readonly value: string
  readonly cost: string
}

const signedOf = async (wallet: string) =>
  (await d.sql`
    select t.sweep_id as "sweepId", t.step, s.asset, t.state, coalesce(a.value_wei, t.value_wei)::text as value,
      (t.gas_used * t.gas_price_wei)::text as cost
    from transactions t join sweeps s on s.id = t.sweep_id left join attempts a on a.hash = t.mined_hash
    where s.wallet = ${wallet.toLowerCase()}`) as unknown as (Signed & {
    readonly asset: string
    readonly state: string
  })[]

test.concurrent(
  'covers each deposit of three assets once while sweeps are in flight, and the native balance adds up',
  async () => {
    const { address } = await d.addWallet()
    const hashes: string[] = []
    for (let round = 0; round < 4; round += 1) {
      hashes.push(await d.devnet.payToken(token('PLN'), address, five))
      hashes.push(await d.devnet.pay(address, '0.05'))
      hashes.push(await d.devnet.payToken(token('SIL'), address, five))
    }
    for (const hash of hashes) await done(hash)
    const covered = await d.sql`
      select d.asset, d.amount::text, s.outcome, s.wallet = d.wallet and s.asset = d.asset as own
      from deposits d join sweeps s on s.id = d.sweep_id
      where d.wallet = ${address.toLowerCase()} and d.covered`
    expect(covered.length).toBe(12)
    for (const { outcome, own } of covered) expect([outcome, own]).toEqual(['swept', true])
    for (const symbol of ['PLN', 'SIL']) {
      const { address: asset } = token(symbol)
      const [sums] = await d.sql`
        select coalesce(sum(left_amount), 0)::text as left from sweeps
        where wallet = ${address.toLowerCase()} and asset = ${asset.toLowerCase()} and outcome = 'swept'`
      expect(sums?.['left']).toBe(String(4n * five))
      expect(await d.devnet.tokenOf(token(symbol), address)).toBe(0n)
    }
    // The native balance is deposits plus gas, minus the swept values and all fees.
    const signed = await signedOf(address)
    expect(signed.every(({ state }) => state === 'succeeded')).toBe(true)
    const sum = (of: readonly bigint[]) => of.reduce((total, wei) => total + wei, 0n)
    const gas = sum(signed.filter((t) => t.step === 'gas').map((t) => BigInt(t.value)))
    const own = signed.filter((t) => t.step === 'sweep')
    const out = sum(own.map((t) => BigInt(t.value) + BigInt(t.cost)))
    expect(await d.devnet.etherOf(address)).toBe(4n * 5n * 10n ** 16n + gas - out)
    const [open] = await d.sql`
      select count(*)::int as count from sweeps where wallet = ${address.toLowerCase()} and closed_at is null`
    expect(open?.['count']).toBe(0)
  },
  limit,
)

test.concurrent.each(['terminate', 'reset'] as const)(
  'signs each sweep of the wallet once after a %s of the driving run in mid-sweep',
  async (how) => {
    const { address } = await d.addWallet()
    const hashes = [
      await d.devnet.payToken(token('PLN'), address, five),
      await d.devnet.payToken(token('PLN'), address, five),
    ]
    const holder = (await eventually(
      async () =>
        (
          await d.sql`
            select s.lease_holder as holder from sweeps s join transactions t on t.sweep_id = s.id
            where s.wallet = ${address.toLowerCase()} and s.lease_holder is not null`
        )[0]?.['holder'],
      (found) => typeof found === 'string',
    )) as string
    const temporal = temporalCli(d.namespace)
    const more = how === 'reset' ? ['--type', 'FirstWorkflowTask'] : []
    await temporal('workflow', how, '--workflow-id', holder, '--reason', 'test', ...more).catch(
      // The run may have ended already.
      () => undefined,
    )
    const rows = await Promise.all(hashes.map(done))
    expect(rows.map(({ id }) => sweepWorkflowId(id))).toContain(holder)
    const signed = await signedOf(address)
    const swept = new Set(rows.map(({ sweepId }) => sweepId)).size
    // A second sweep may use the remaining gas of the first, so it needs no funding (MONEY 6).
    const funded = signed.filter(({ step }) => step === 'gas').map(({ sweepId }) => sweepId)
    expect(funded.length).toBeGreaterThan(0)
    expect(new Set(funded).size).toBe(funded.length)
    expect(signed.filter(({ step }) => step === 'sweep').length).toBe(swept)
    expect(await d.devnet.tokenOf(token('PLN'), address)).toBe(0n)
  },
  limit,
)
