import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sweepWorkflowId } from '../../../workflows/contract.ts'
import { usdt } from '../../harness/factories/a-config.ts'
import {
  drawHash,
  seedDeposit,
  seedSweep,
  seedTransaction,
} from '../../harness/factories/seed-rows.ts'
import { type CliEnvironment, cliEnvironment } from '../../harness/processes/cli-environment.ts'
import { runCli } from '../../harness/processes/run-cli.ts'
import { type OwnDatabase, ownDatabase } from '../../harness/services/own-database.ts'

const token = usdt.toLowerCase()
const wallet = '0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266'
const checksummed = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266'
const hours = 3_600_000

let database: OwnDatabase
let cli: CliEnvironment

const ask = async (...argv: string[]) => (await runCli([...argv, '--json'], cli.env)).envelope()
const idsOf = async (...argv: string[]) =>
  ((await ask('sweeps', ...argv)).data as { id: string }[]).map(({ id }) => id)

beforeAll(async () => {
  database = await ownDatabase()
  cli = cliEnvironment({ DATABASE_URL: database.url })
})

afterAll(async () => {
  cli?.remove()
  await database?.drop()
})

describe('sweeps', () => {
  const ids: Record<'low' | 'behind' | 'stuck' | 'token' | 'done', string> = {
    low: '',
    behind: '',
    stuck: '',
    token: '',
    done: '',
  }

  beforeAll(async () => {
    const { sql } = database
    await sql`truncate deposits, sweeps, transactions, attempts cascade`
    const at = (index: number) => ({ since: new Date(Date.now() - index * hours) })
    ids.low = await seedDeposit(sql, { reason: 'keeper-low', ...at(1) })
    ids.behind = await seedDeposit(sql, { reason: 'sweep 0b7e', ...at(2) })
    ids.stuck = await seedDeposit(sql, { state: 'needs-attention', reason: 'reverted', ...at(3) })
    ids.token = await seedDeposit(sql, {
      asset: token,
      wallet,
      position: '4',
      state: 'confirming',
      amount: '1500000000000000000',
      ...at(4),
    })
    ids.done = await seedDeposit(sql, { chainId: 1, state: 'done', ...at(5) })
  })

  it('lists all deposits, newest change first', async () => {
    expect(await idsOf()).toEqual([ids.low, ids.behind, ids.stuck, ids.token, ids.done])
  })

  it.each([
    ['waiting', ['low', 'behind']],
    ['waiting(keeper-low)', ['low']],
    ['waiting(sweep)', ['behind']],
    ['waiting(sweep 0b7e)', ['behind']],
    ['needs-attention', ['stuck']],
    ['orphaned', []],
  ] as const)('filters by the state %s', async (state, names) => {
    expect(await idsOf('--state', state)).toEqual(names.map((name) => ids[name]))
  })

  it('filters by chain, by wallet in any case, and by symbol or token address', async () => {
    expect(await idsOf('--chain', '1')).toEqual([ids.done])
    expect(await idsOf('--wallet', checksummed)).toEqual([ids.token])
    expect(await idsOf('--asset', 'usdt')).toEqual([ids.token])
    expect(await idsOf('--asset', usdt, '--state', 'done')).toEqual([])
  })

  it.each([
    [['--state', 'waiting(keeper)'], 'no deposit is ever waiting(keeper)'],
    [['--state', 'done(swept)'], 'no deposit is ever done(swept)'],
    [['--chain', '5'], 'coldsweep.yaml has no chain 5'],
  ])('reports %s as an error instead of returning no rows', async (words, message) => {
    const { code, envelope } = await runCli(['sweeps', ...words, '--json'], cli.env)
    expect([code, envelope().errors[0]?.message]).toEqual([2, message])
  })

  it('rejects an unlisted asset instead of returning no rows', async () => {
    const { code, envelope } = await runCli(['sweeps', '--asset', 'DOGE', '--json'], cli.env)
    expect(code).toBe(2)
    expect(envelope().errors[0]?.message).toContain('lists the asset "DOGE"')
  })

  it('returns every JSON key of a deposit that other tools rely on', async () => {
    const { data } = await ask('sweeps', '--wallet', wallet)
    expect(data).toEqual([
      {
        id: ids.token,
        chainId: 56,
        asset: 'USDT',
        wallet: checksummed,
        amount: '1500000000000000000',
        state: 'confirming',
        reason: '',
        since: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        sweepId: null,
        workflowId: sweepWorkflowId(ids.token),
        gasTx: null,
        sweepTx: null,
        gasSpent: null,
        gasShare: null,
        token: usdt,
        decimals: 18,
        detail: '',
        txHash: ids.token.split(':')[1],
        blockNumber: 100,
        confirmedAt: null,
      },
    ])
  })

  it('prints amounts in human units, states with reason and age, and the number of hidden rows', async () => {
    const { stdout, stderr, code } = await runCli(['sweeps', '--limit', '4'], cli.env)
    expect(code).toBe(0)
    expect(stdout).toMatch(/waiting\(keeper-low\) +1h +bsc +1 BNB +0x\w{40} +56:0x/)
    expect(stdout).toMatch(/confirming +4h +bsc +1\.5 USDT +0xf39Fd6\w{34} +56:0x/)
    expect(stderr).toContain('showing 4 of 5')
  })
})

describe('sweep <id>', () => {
  const hashes = { deposit: drawHash(), gas: [drawHash(), drawHash()], sweep: drawHash() }
  let id: string
  let other: string
  let sweepId: string

  beforeAll(async () => {
    const { sql } = database
    await sql`truncate deposits, sweeps, transactions, attempts cascade`
    sweepId = await seedSweep(sql, { wallet, asset: token })
    id = await seedDeposit(sql, {
      txHash: hashes.deposit,
      position: '2',
      wallet,
      asset: token,
      state: 'needs-attention',
      reason: 'token-refused',
      detail: 'transfer returned false',
      sweepId,
    })
    await seedTransaction(sql, {
      sweepId,
      step: 'gas',
      sender: wallet,
      attempts: hashes.gas,
      state: 'succeeded',
      minedBlock: 110,
    })
    await seedTransaction(sql, {
      sweepId,
      step: 'sweep',
      sender: wallet,
      nonce: 1,
      attempts: [hashes.sweep],
    })
    await sql`insert into operator_actions (operator, action, subject, reason)
      values ('ann', 'retry', ${id}, 'unpaused')`
  })

  it('finds a deposit by its id, workflow id or sweep id, and by the hash of its deposit, gas or sweep transaction', async () => {
    for (const name of [
      id,
      sweepWorkflowId(id),
      hashes.deposit,
      ...hashes.gas,
      hashes.sweep,
      sweepId,
    ]) {
      expect((await ask('sweep', name)).data, name).toMatchObject({ id })
    }
  })

  it('shows sweep, transactions with their attempts, orders, next step and commands', async () => {
    const { data } = await ask('sweep', id)
    expect(data).toMatchObject({
      state: 'needs-attention(token-refused)',
      reason: 'token-refused',
      detail: 'transfer returned false',
      sweepId,
      gasTx: hashes.gas[1],
      sweepTx: hashes.sweep,
      gasSpent: '21000000000000',
      sweep: { id: sweepId, closedAt: null, plannedAmount: '1000000000000000000' },
      transactions: [
        {
          step: 'gas',
          state: 'succeeded',
          mined: { hash: hashes.gas[1], blockNumber: 110, ok: true, fee: '21000000000000' },
          attempts: [
            { hash: hashes.gas[0], number: 1, sends: 2, lastError: null },
            { hash: hashes.gas[1], number: 2, lastError: 'replacement transaction underpriced' },
          ],
        },
        { step: 'sweep', state: 'live', mined: null },
      ],
      operatorActions: [{ operator: 'ann', action: 'retry', reason: 'unpaused' }],
      next: expect.stringContaining('issuer'),
      commands: {
        retry: `coldsweep retry ${id} --operator "$(id -un)" --reason "WHY"`,
        show: expect.stringContaining(`temporal workflow show --address`),
        signal: expect.stringContaining('--name retryNow'),
      },
    })
  })

  it.each([
    ['waiting', 'paused', /^coldsweep resume 56:0x\w+:native --operator/m],
    ['waiting', 'chain-paused', /^coldsweep resume --chain 56 --operator/m],
    ['needs-attention', 'lane-behind', /^coldsweep recover --chain 56 --dry-run --operator/m],
  ] as const)('shows the command that ends %s(%s)', async (state, reason, command) => {
    const held = await seedDeposit(database.sql, { state, reason })
    const { stdout } = await runCli(['sweep', held], cli.env)
    await database.sql`delete from deposits where id = ${held}`
    expect(stdout).toMatch(command)
  })

  it('never shows signed bytes (MONEY 19)', async () => {
    for (const argv of [
      ['sweep', id],
      ['sweep', id, '--json'],
    ]) {
      const { stdout } = await runCli(argv, cli.env)
      expect(stdout).toContain(hashes.sweep)
      expect(stdout).not.toContain('5ec2e7')
    }
  })

  it('exits 2 and lists the matches of an ambiguous id', async () => {
    other = await seedDeposit(database.sql, { txHash: hashes.deposit, position: '5', wallet })
    const { code, envelope } = await runCli(['sweep', hashes.deposit, '--json'], cli.env)
    expect(code).toBe(2)
    const { ok, data, errors } = envelope()
    expect(ok).toBe(false)
    expect(errors).toMatchObject([{ code: 'ambiguous-id' }])
    expect((data as { hits: { id: string }[] }).hits.map((hit) => hit.id).sort()).toEqual(
      [id, other].sort(),
    )
    const { stderr } = await runCli(['sweep', hashes.deposit], cli.env)
    expect(stderr).toContain(id)
    expect(stderr).toContain(other)
  })

  it('exits 1 for an unknown id and 2 for an invalid id', async () => {
    const missing = await runCli(['sweep', drawHash(), '--json'], cli.env)
    expect(missing.code).toBe(1)
    expect(missing.envelope().errors).toMatchObject([{ code: 'not-found' }])
    expect((await runCli(['sweep', 'deposit-7'], cli.env)).code).toBe(2)
  })
})

describe('a verb without its configuration, its database or its tables', () => {
  it('exits 2 with every configuration error', async () => {
    const { code, envelope } = await runCli(['sweeps', '--json'], { COLDSWEEP_CONFIG: '/nowhere' })
    expect(code).toBe(2)
    expect(envelope().errors.map(({ message }) => message.split(':')[0])).toEqual([
      'COLDSWEEP_CONFIG',
      'DATABASE_URL',
    ])
  })

  it('exits 75 if the database is down, without showing its password', async () => {
    const env = { ...cli.env, DATABASE_URL: 'postgres://bob:hunter2@127.0.0.1:1/money' }
    const { code, envelope, stderr } = await runCli(['sweeps', '--json'], env)
    expect(code).toBe(75)
    expect(envelope()).toMatchObject({ ok: false, errors: [{ code: 'unavailable' }] })
    expect(envelope().errors[0]?.hint).toContain('DATABASE_URL')
    expect(JSON.stringify(envelope()) + stderr).not.toContain('hunter2')
  })

  it('reports pending migrations if the tables are missing', async () => {
    const empty = await ownDatabase({ empty: true })
    try {
      const { code, envelope } = await runCli(['sweeps', '--json'], {
        ...cli.env,
        DATABASE_URL: empty.url,
      })
      expect(code).toBe(2)
      expect(envelope().errors[0]?.hint).toContain('coldsweep migrate')
    } finally {
      await empty.drop()
    }
  })
})
