import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createExportStore } from '../../../../adapters/drizzle/books/export-store.ts'
import { type Database, openDatabase } from '../../../../adapters/drizzle/database.ts'
import { usdt } from '../../../harness/factories/a-config.ts'
import {
  drawAddress,
  drawHash,
  seedDeposit,
  seedSweep,
  seedTransaction,
} from '../../../harness/factories/seed-rows.ts'
import { type CliEnvironment, cliEnvironment } from '../../../harness/processes/cli-environment.ts'
import { runCli } from '../../../harness/processes/run-cli.ts'
import { type OwnDatabase, ownDatabase } from '../../../harness/services/own-database.ts'
import { aLatch } from '../../../harness/waiting/a-latch.ts'

const token = usdt.toLowerCase()
const folder = mkdtempSync(join(tmpdir(), 'coldsweep-export-'))
const day = ['--from', '2026-11-01', '--to', '2026-11-02'] as const

let own: OwnDatabase
let cli: CliEnvironment
let database: Database

type Line = Record<string, string | number | null>

const rowsOf = async (...argv: string[]): Promise<Line[]> => {
  const { code, stdout, stderr } = await runCli(['export', ...argv, '--format', 'json'], cli.env)
  expect([code, stderr]).toEqual([0, expect.stringContaining('exported')])
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}

/** Stores deposits of one closed sweep, credited one second apart from 10:00 on. */
async function sweptDeposits(amounts: readonly string[], gasWei = '100') {
  const { sql } = own
  const wallet = drawAddress()
  const sweepId = await seedSweep(sql, { wallet, asset: token })
  await sql`update sweeps set ${sql({
    closed_at: '2026-11-01T12:00:00Z',
    outcome: 'swept',
    tx_hash: drawHash(),
    block_number: 120,
    left_amount: 10,
    arrived_amount: 9,
    gas_spent_wei: gasWei,
  })} where id = ${sweepId}`
  const ids: string[] = []
  for (const [index, amount] of amounts.entries()) {
    const since = new Date('2026-11-01T12:00:00Z')
    const id = await seedDeposit(sql, {
      wallet,
      asset: token,
      position: '3',
      amount,
      state: 'done',
      sweepId,
      since,
    })
    await sql`update deposits set covered = true, block_number = ${100 + index},
      confirmed_at = ${new Date(Date.UTC(2026, 10, 1, 10, 0, index))} where id = ${id}`
    ids.push(id)
  }
  return { sweepId, wallet, ids }
}

beforeAll(async () => {
  own = await ownDatabase()
  cli = cliEnvironment({ DATABASE_URL: own.url })
  database = openDatabase(own.url, { applicationName: 'test', max: 4 })
})
beforeEach(async () => {
  await own.sql`truncate deposits, sweeps, transactions, attempts, foreign_transactions cascade`
})
afterAll(async () => {
  cli?.remove()
  rmSync(folder, { recursive: true, force: true })
  await database?.close()
  await own?.drop()
})

describe('export deposits', () => {
  it('has each deposit’s share of the gas, amounts in units and smallest units, and no invented price', async () => {
    const { ids, sweepId } = await sweptDeposits(['1500000000000000000', '1', '1'], '1000')
    const rows = await rowsOf('deposits', ...day)
    expect(rows.map(({ id }) => id)).toEqual(ids)
    expect(rows[0]).toMatchObject({
      asset: 'USDT',
      token: usdt,
      decimals: 18,
      amount: '1500000000000000000',
      amountUnits: '1.5',
      amountValue: null,
      amountCurrency: null,
      creditedAt: '2026-11-01T10:00:00.000000Z',
      sweptAt: '2026-11-01T12:00:00.000000Z',
      sweepId,
      gasShareAsset: 'BNB',
      gasShareCurrency: null,
    })
    const shares = rows.map((row) => BigInt(String(row['gasShareWei'])))
    expect(shares.reduce((a, b) => a + b, 0n)).toBe(1000n)
  })

  it('selects a half-open interval of the credit', async () => {
    const { ids } = await sweptDeposits(['1', '2', '3'])
    const found = await rowsOf(
      'deposits',
      ...['--from', '2026-11-01T10:00:01Z', '--to', '2026-11-01T11:00:02+01:00'],
    )
    expect(found.map(({ id }) => id)).toEqual([ids[1]])
    expect(await rowsOf('deposits', '--from', '2026-11-02')).toEqual([])
    expect(await rowsOf('deposits', '--from', '2026-11-01', '--chain', 'bsc')).toHaveLength(3)
  })

  it('leaves out deposits that are not credited', async () => {
    await seedDeposit(own.sql, { state: 'confirming' })
    expect(await rowsOf('deposits', '--from', '2020-01-01')).toEqual([])
  })

  it('neutralises formulas in text that a node or a token wrote', async () => {
    const id = await seedDeposit(own.sql, { state: 'needs-attention', reason: '=cmd|1' })
    await own.sql`update deposits set confirmed_at = '2026-11-01T10:00:00Z' where id = ${id}`
    const { stdout } = await runCli(['export', 'deposits', ...day], cli.env)
    expect(stdout).toContain(",needs-attention,'=cmd|1,1000000000000000000,1,")
    expect(stdout.endsWith('\r\n')).toBe(true)
  })

  it('reads each row once while rows are credited, covered and changed between its pages', async () => {
    const { ids, sweepId } = await sweptDeposits(['1', '2', '3', '4', '5'])
    const store = createExportStore(database.db)
    const range = await store.fixRange({
      from: '2026-01-01T00:00:00Z',
      to: '9999-01-01T00:00:00Z',
    })
    const read: string[] = []
    for await (const page of store.pages('deposits', range, 2)) {
      read.push(...page.map(({ id }) => id))
      await seedDeposit(own.sql)
      await own.sql`update deposits set reason = 'changed', since = now(), detail = detail || 'x'
        where sweep_id = ${sweepId}`
    }
    expect(read).toEqual(ids)
  })

  it('shows no sweep that closed after the end of the export was fixed', async () => {
    const { ids, sweepId } = await sweptDeposits(['1', '2'])
    const store = createExportStore(database.db)
    const range = await store.fixRange({
      from: '2026-01-01T00:00:00Z',
      to: '9999-01-01T00:00:00Z',
    })
    await own.sql`update sweeps set closed_at = now() where id = ${sweepId}`
    await own.sql`update deposits set since = now() where sweep_id = ${sweepId}`
    for await (const page of store.pages('deposits', range)) {
      expect(page.map(({ id, sweep }) => [id, sweep])).toEqual(ids.map((id) => [id, null]))
    }
  })

  it('waits for a credit that began before the end of the export and commits after it', async () => {
    const { ids } = await sweptDeposits(['1'])
    const writer = openDatabase(own.url, { applicationName: 'coldsweep-scanner', max: 1 })
    const store = createExportStore(database.db)
    const latch = aLatch()
    const credit = writer.db.transaction(async (tx) => {
      await tx.execute(`update deposits set confirmed_at = now() where id = '${ids[0]}'`)
      await latch.pass()
    })
    await latch.reached
    const fixed = store.fixRange({ from: '2026-01-01T00:00:00Z', to: '9999-01-01T00:00:00Z' })
    const early = await Promise.race([
      fixed,
      new Promise((done) => setTimeout(() => done('waits'), 500)),
    ])
    expect(early).toBe('waits')
    latch.open()
    await credit
    const range = await fixed
    const found: string[] = []
    for await (const page of store.pages('deposits', range)) found.push(...page.map(({ id }) => id))
    await writer.close()
    expect(found).toEqual(ids)
  })
})

describe('export sweeps', () => {
  it('has arrived amount, covered deposits and gas of each sweep, and no void sweep', async () => {
    const { sweepId } = await sweptDeposits(['4', '6'])
    const empty = await seedSweep(own.sql)
    await own.sql`update sweeps set outcome = 'void', closed_at = '2026-11-01T12:00:00Z' where id = ${empty}`
    const rows = await rowsOf('sweeps', ...day)
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({
      id: sweepId,
      deposits: 2,
      depositsAmount: '10',
      left: '10',
      arrived: '9',
      gasWei: '100',
      gasAsset: 'BNB',
      outcome: 'swept',
    })
  })

  it('adds up the mined fees of a sweep that a token refused', async () => {
    const sweepId = await seedSweep(own.sql)
    await own.sql`update sweeps set outcome = 'refused', closed_at = '2026-11-01T12:00:00Z' where id = ${sweepId}`
    await seedTransaction(own.sql, {
      sweepId,
      step: 'sweep',
      sender: drawAddress(),
      minedBlock: 7,
      state: 'succeeded',
    })
    expect((await rowsOf('sweeps', ...day))[0]).toMatchObject({ gasWei: '21000000000000' })
  })
})

describe('export gas', () => {
  it('has each mined transaction with its fee, and external ones', async () => {
    const keeper = drawAddress()
    await own.sql`insert into keepers (chain_id, address) values (56, ${keeper})`
    const sweepId = await seedSweep(own.sql, { asset: token })
    await seedTransaction(own.sql, {
      sweepId,
      step: 'gas',
      sender: keeper,
      minedBlock: 7,
      state: 'succeeded',
    })
    await own.sql`update transactions set ended_at = '2026-11-01T12:00:00Z'`
    await own.sql`insert into foreign_transactions ${own.sql({
      chain_id: 56,
      sender: keeper,
      nonce: 9,
      hash: drawHash(),
      value_wei: 3,
      fee_wei: 7,
      ok: true,
      noticed_at: '2026-11-01T13:00:00Z',
    })}`
    const rows = await rowsOf('gas', ...day)
    expect(rows).toMatchObject([
      {
        kind: 'gas',
        paidBy: 'keeper',
        sweepAsset: 'USDT',
        feeWei: '21000000000000',
        valueWei: '5',
      },
      { kind: 'external', paidBy: 'keeper', id: `external:${keeper}:9`, feeWei: '7' },
    ])
  })
})

describe('the file of an export', () => {
  it('is complete under its name, and the envelope names it', async () => {
    await sweptDeposits(['1'])
    const out = join(folder, 'deposits.csv')
    const { code, envelope } = await runCli(
      ['export', 'deposits', ...day, '--out', out, '--json'],
      cli.env,
    )
    expect([code, envelope().data]).toMatchObject([0, { rows: 1, file: out, kind: 'deposits' }])
    expect(readFileSync(out, 'utf8').split('\r\n')).toHaveLength(3)
    expect(existsSync(`${out}.partial`)).toBe(false)
  })

  it.each([
    [['--out', join(folder, 'no/such/file.csv')], '--out: cannot write'],
    [['--json'], '--json prints one envelope on stdout'],
    [['--chain', '5'], 'coldsweep.yaml has no chain 5'],
  ])('%j is a usage error', async (words, message) => {
    const { code, stdout, stderr } = await runCli(['export', 'gas', ...day, ...words], cli.env)
    expect(code).toBe(2)
    expect(stdout + stderr).toContain(message)
  })

  it('needs an interval that is not empty, and a known kind and format', async () => {
    const { code, stderr } = await runCli(
      ['export', 'gas', '--from', '2026-11-02', '--to', '2026-11-02'],
      cli.env,
    )
    expect([code, stderr]).toEqual([2, expect.stringContaining('half-open')])
    for (const words of [
      ['fees', ...day],
      ['gas', ...day, '--format', 'xls'],
      ['gas', '--from', '2026-02-30'],
    ])
      expect((await runCli(['export', ...words], cli.env)).code).toBe(2)
  })
})
