import { afterAll, beforeAll, expect, it } from 'vitest'
import { openDatabase } from '../../../../adapters/drizzle/database.ts'
import { createSweepStore } from '../../../../adapters/drizzle/sweeps/sweep-store.ts'
import { type CliEnvironment, cliEnvironment } from '../../../harness/processes/cli-environment.ts'
import { runCli } from '../../../harness/processes/run-cli.ts'
import { type OwnDatabase, ownDatabase } from '../../../harness/services/own-database.ts'

// The record of operators' orders is append-only, and `coldsweep audit verify` detects a forgery
// (MONEY 17).
let database: OwnDatabase
let cli: CliEnvironment

beforeAll(async () => {
  database = await ownDatabase()
  cli = cliEnvironment({ DATABASE_URL: database.url })
})
afterAll(async () => {
  cli?.remove()
  await database?.drop()
})

const verify = async (...more: string[]) => {
  const answer = await runCli(['audit', 'verify', ...more, '--json'], cli.env)
  const { data, errors } = answer.envelope()
  return { code: answer.code, data: data as { rows: number; head: string }, errors }
}

it('verify accepts an empty record', async () => {
  expect(await verify()).toMatchObject({ code: 0, data: { rows: 0, broken: null } })
})

it('verify accepts the rows of fifty simultaneous writers, because the rows form one hash chain', async () => {
  const pool = openDatabase(database.url, { max: 25, applicationName: 'test-writers' })
  const sweeps = createSweepStore(pool.db)
  const order = (i: number) => ({
    operator: `ann-${i} “é” 😀`,
    action: 'retry',
    subject: `56:0x${i}:native`,
    reason: i % 2 ? 'a, b:\n3:c' : '',
  })
  await Promise.all(Array.from({ length: 50 }, (_, i) => sweeps.noteOrder(order(i))))
  await pool.close()
  expect(await verify()).toMatchObject({ code: 0, data: { rows: 50, broken: null } })
  const [links] = await database.sql`
    select count(distinct previous_hash)::int as parents, count(distinct hash)::int as hashes from operator_actions`
  expect(links).toEqual({ parents: 50, hashes: 50 })
})

it.each([
  [
    'update',
    `update operator_actions set reason = 'another' where id = (select min(id) from operator_actions)`,
  ],
  ['delete', 'delete from operator_actions where id = (select min(id) from operator_actions)'],
  ['truncate', 'truncate operator_actions'],
  ['truncate cascade', 'truncate operator_actions cascade'],
])('the table refuses %s, even for its owner', async (_, statement) => {
  await expect(database.sql.unsafe(statement)).rejects.toThrow(/append-only/)
  expect((await verify()).data.rows).toBe(50)
})

it('the table’s trigger replaces hashes and an id that a writer supplies', async () => {
  await database.sql`
    insert into operator_actions (id, operator, action, subject, reason, previous_hash, hash)
    values (3, 'eve', 'skip', 's', 'r', ${'1'.repeat(64)}, ${'2'.repeat(64)})`
  expect(await verify()).toMatchObject({ code: 0, data: { rows: 51 } })
})

it('list shows the newest rows first, or the rows of one subject', async () => {
  const list = async (...more: string[]) =>
    (await runCli(['audit', 'list', ...more, '--json'], cli.env)).envelope().data as {
      operator: string
      subject: string
    }[]
  const [newest, ...rest] = await list('--limit', '4')
  expect([newest?.operator, rest.length]).toEqual(['eve', 3])
  expect((await list('--subject', '56:0x7:native')).map(({ subject }) => subject)).toEqual([
    '56:0x7:native',
  ])
  expect((await runCli(['audit', 'list'], cli.env)).stdout).toContain('eve')
})

/** Runs a statement with disabled triggers, as a user with the owner's rights can. */
async function forge(statement: string): Promise<void> {
  await database.sql.begin(async (tx) => {
    await tx`alter table operator_actions disable trigger user`
    await tx.unsafe(statement)
    await tx`alter table operator_actions enable trigger user`
  })
}
it('verify detects a deleted newest row only if --head names the hash before the deletion', async () => {
  const { data } = await verify()
  const [last] = await database.sql`select * from operator_actions order by id desc limit 1`
  await forge(`delete from operator_actions where id = ${last?.['id']}`)
  expect((await verify()).code).toBe(0)
  const cut = await verify('--head', data.head)
  expect([cut.code, cut.errors[0]?.code]).toEqual([1, 'audit-cut'])
})

it('verify exits 1 and names a forged row', async () => {
  // Ids have gaps, because each insert draws two ids: the column's default draws one, and the
  // trigger draws the stored id under its lock.
  const [before, after] = await database.sql`
    select id::text, operator from operator_actions a order by a.id offset 29 limit 2`
  const id = before?.['id']
  await forge(`update operator_actions set operator = 'bob' where id = ${id}`)
  expect(await verify()).toMatchObject({
    code: 1,
    data: { broken: { id, why: 'changed' } },
    errors: [{ code: 'audit-changed', message: expect.stringContaining(`row ${id}`) }],
  })
  const human = await runCli(['audit', 'verify'], cli.env)
  expect([human.code, human.stdout]).toEqual([1, expect.stringContaining(`row ${id}`)])
  await forge(`update operator_actions set operator = '${before?.['operator']}' where id = ${id}`)
  expect((await verify()).code).toBe(0)
  await forge(`delete from operator_actions where id = ${id}`)
  expect(await verify()).toMatchObject({
    code: 1,
    data: { broken: { id: after?.['id'], why: 'unlinked' } },
  })
})
