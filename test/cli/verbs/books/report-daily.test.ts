import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { usdt } from '../../../harness/factories/a-config.ts'
import {
  drawAddress,
  drawHash,
  seedDeposit,
  seedSweep,
} from '../../../harness/factories/seed-rows.ts'
import { type CliEnvironment, cliEnvironment } from '../../../harness/processes/cli-environment.ts'
import { runCli } from '../../../harness/processes/run-cli.ts'
import { type OwnDatabase, ownDatabase } from '../../../harness/services/own-database.ts'

const token = usdt.toLowerCase()
const dayMs = 86_400_000
const firstDay = Date.UTC(2026, 0, 1)
const days = Array.from({ length: 6 }, (_, index) =>
  new Date(firstDay + index * dayMs).toISOString().slice(0, 10),
)

let own: OwnDatabase
let cli: CliEnvironment

interface Terms {
  readonly asset: string
  readonly [term: string]: string | number | boolean | readonly string[] | null
}

async function report(date: string) {
  const { code, envelope } = await runCli(['report', 'daily', '--date', date, '--json'], cli.env)
  const { data, errors } = envelope()
  const { assets } = data as { readonly assets: readonly Terms[] }
  return { code, errors, of: (asset: string) => assets.find((it) => it.asset === asset) }
}
const at = (day: number, hours = 12) => new Date(firstDay + day * dayMs + hours * 3_600_000)

async function credited(day: Date, amount: bigint, more: object = {}) {
  const id = await seedDeposit(own.sql, { asset: token, position: '3', amount: String(amount) })
  const row = { confirmed_at: day, since: day, ...more }
  await own.sql`update deposits set ${own.sql(row)} where id = ${id}`
  return id
}

/** Closes a sweep that covers the deposits. */
async function swept(when: Date, left: bigint, arrived: bigint, ids: readonly string[]) {
  const sweepId = await seedSweep(own.sql, { asset: token, wallet: drawAddress() })
  await own.sql`update sweeps set ${own.sql({
    outcome: 'swept',
    closed_at: when,
    tx_hash: drawHash(),
    block_number: 200,
    tx_index: 0,
    left_amount: String(left),
    arrived_amount: String(arrived),
    coverable_amount: String(left),
  })} where id = ${sweepId}`
  await own.sql`update deposits set state = 'done', covered = true, sweep_id = ${sweepId}, since = ${when}
    where id in ${own.sql([...ids])}`
  return sweepId
}

beforeAll(async () => {
  own = await ownDatabase()
  cli = cliEnvironment({ DATABASE_URL: own.url })
})
beforeEach(async () => {
  await own.sql`truncate deposits, sweeps, transactions, attempts cascade`
})
afterAll(async () => {
  cli?.remove()
  await own?.drop()
})

describe('report daily', () => {
  it('adds up credits, sweeps, fees and dust of the day', async () => {
    const early = await credited(at(0), 100n)
    const taken = await credited(at(1), 50n)
    await credited(at(1, 13), 7n, { state: 'ignored', reason: 'dust' })
    await credited(at(2), 1n)
    await swept(at(1, 18), 150n, 148n, [early, taken])
    const { code, of } = await report(days[1] ?? '')
    expect(code).toBe(0)
    expect(of('USDT')).toMatchObject({
      opening: '100',
      credited: '57',
      swept: '148',
      fees: '2',
      dust: '7',
      closing: '0',
      missing: '0',
      closes: true,
    })
  })

  it('does not count gas money of the keeper, orphaned and uncredited deposits', async () => {
    const id = await credited(at(1), 10n, { asset: 'native' })
    await credited(at(1), 10n, { confirmed_at: null, state: 'orphaned' })
    await swept(at(1, 18), 25n, 20n, [id])
    await own.sql`update sweeps set asset = 'native'`
    const { of } = await report(days[1] ?? '')
    expect(of('BNB')).toMatchObject({ credited: '10', swept: '10', fees: '0', closing: '0' })
    expect(of('USDT')).toBeUndefined()
  })

  it('belongs to the day in which a moment lies, at midnight too', async () => {
    await credited(at(1, 0), 3n)
    expect((await report(days[0] ?? '')).of('USDT')).toBeUndefined()
    expect((await report(days[1] ?? '')).of('USDT')).toMatchObject({ opening: '0', credited: '3' })
  })

  it('exits 1 and names the sweep that covers more than it moved', async () => {
    const id = await credited(at(1), 10n)
    const sweepId = await swept(at(1, 18), 6n, 6n, [id])
    const { code, errors, of } = await report(days[1] ?? '')
    expect(of('USDT')).toMatchObject({
      swept: '6',
      closing: '0',
      missing: '4',
      unexplained: [sweepId],
    })
    expect([code, errors[0]?.code]).toEqual([1, 'day-open'])
    expect(errors[0]?.hint).toContain(sweepId)
  })

  it('closes on every day of random histories, and each closing is the next opening', async () => {
    let seed = 42
    const draw = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
      return seed % below
    }
    for (let index = 0; index < 60; index += 1) {
      const day = draw(5)
      const amount = BigInt(1 + draw(1_000_000))
      const id = await credited(at(day, draw(24)), amount)
      const kind = draw(5)
      const later = at(day + 1 + draw(5 - day), draw(24))
      if (kind === 0)
        await own.sql`
        update deposits set state = 'ignored', reason = 'dust', since = ${later} where id = ${id}`
      if (kind === 1) await swept(later, amount, amount, [id])
      if (kind === 2) await swept(later, amount, amount - BigInt(draw(Number(amount))), [id])
      if (kind === 3) await swept(later, amount + 500n, amount + 400n, [id])
    }
    let before = '0'
    for (const date of days) {
      const terms = (await report(date)).of('USDT')
      if (terms === undefined) continue
      expect([date, terms['opening'], terms['missing']]).toEqual([date, before, '0'])
      before = String(terms['closing'])
    }
    const [rows] = await own.sql`
      select sum(amount)::text as open from deposits where not covered and state <> 'ignored'`
    expect(before).toBe(rows?.['open'])
  })

  it('refuses a day that has not begun, and marks a day that is not over', async () => {
    expect((await runCli(['report', 'daily', '--date', '2999-01-01'], cli.env)).code).toBe(2)
    const today = new Date().toISOString().slice(0, 10)
    const { code, stderr } = await runCli(['report', 'daily', '--date', today], cli.env)
    expect([code, stderr]).toEqual([0, expect.stringContaining('is not over')])
  })
})
