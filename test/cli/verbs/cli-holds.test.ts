import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectTemporal } from '../../../adapters/temporal/connect-temporal.ts'
import { prepareNamespace } from '../../../adapters/temporal/prepare-namespace.ts'
import { sweepWorkflowId } from '../../../workflows/contract.ts'
import {
  drawAddress,
  drawHash,
  seedDeposit,
  seedSweep,
  seedTransaction,
} from '../../harness/factories/seed-rows.ts'
import { type CliEnvironment, cliEnvironment } from '../../harness/processes/cli-environment.ts'
import { runCli } from '../../harness/processes/run-cli.ts'
import { type OwnDatabase, ownDatabase } from '../../harness/services/own-database.ts'
import { type OwnNamespace, ownNamespace } from '../../harness/services/own-namespace.ts'
import { eventually } from '../../harness/waiting/eventually.ts'

/**
 * Tests the commands approve, skip, pause and resume while no worker runs. A command first writes
 * the row. Then it wakes the deposit's run, or starts the run if the deposit needs one.
 */
const signed = ['--operator', 'ann', '--reason', 'looked at it'] as const
let database: OwnDatabase
let temporal: OwnNamespace
let cli: CliEnvironment

beforeAll(async () => {
  database = await ownDatabase()
  temporal = await ownNamespace()
  const client = connectTemporal(temporal)
  const schedules = {
    chainIds: [],
    keeperWatchMs: 60_000,
    reconcileMs: 60_000,
    adoptMs: 60_000,
  }
  // A call that takes longer than 5 s fails. A repeat completes the preparation.
  await eventually(
    () => prepareNamespace(client, schedules).then(() => 'prepared', String),
    (end) => end === 'prepared',
  )
  await client.close()
  cli = cliEnvironment({
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
  })
  await database.sql`insert into chains (id, name, cold_wallet) values (56, 'bsc', ${drawAddress()})`
})
afterAll(async () => {
  cli?.remove()
  await temporal?.drop()
  await database?.drop()
})

const json = async (argv: readonly string[], env = cli.env) => {
  const answer = await runCli([...argv, '--json'], env)
  return { ...answer, ...answer.envelope() }
}
const held = async () => {
  const id = await seedDeposit(database.sql, { state: 'waiting', reason: 'approval' })
  await database.sql`update deposits set held_at = now(), held_reason = 'approval' where id = ${id}`
  return id
}
const actionsOf = async (subject: string) =>
  (
    await database.sql`select action from operator_actions where subject = ${subject} order by id`
  ).map((row) => row['action'])
const runOf = (id: string) => temporal.client.workflow.getHandle(sweepWorkflowId(id))

describe('approve', () => {
  it('writes the row, then starts a missing workflow or wakes the existing workflow', async () => {
    // If the start takes longer than 5 s, the command reports Temporal as unreachable and exits 0.
    // The test then repeats the command with another deposit.
    const { id, first } = await eventually(
      async () => {
        const id = await held()
        return { id, first: await json(['approve', id, ...signed]) }
      },
      ({ first }) => !first.stderr.includes('Temporal is unreachable'),
    )
    expect([first.code, first.data]).toEqual([
      0,
      {
        id,
        workflowId: sweepWorkflowId(id),
        state: 'waiting(queued)',
        changed: true,
        operator: 'ann',
        reason: 'looked at it',
      },
    ])
    expect((await runOf(id).describe()).status.name).toBe('RUNNING')
    const again = await json(['approve', sweepWorkflowId(id), ...signed])
    expect([again.code, again.data]).toMatchObject([0, { changed: false }])
    expect(await actionsOf(id)).toEqual(['approve'])
  })

  it('exits 0 while Temporal is unreachable', async () => {
    const id = await held()
    const answer = await json(['approve', id, ...signed], {
      ...cli.env,
      TEMPORAL_ADDRESS: '127.0.0.1:1',
    })
    expect([answer.code, answer.stderr]).toEqual([
      0,
      expect.stringContaining('Temporal is unreachable'),
    ])
    expect((await json(['sweep', id])).data).toMatchObject({ state: 'waiting(queued)' })
  })

  it('exits 3 if nothing is held, 1 for an unknown id, 2 for an ambiguous id', async () => {
    const id = await seedDeposit(database.sql)
    expect((await json(['approve', id, ...signed])).code).toBe(3)
    expect((await json(['approve', drawHash(), ...signed])).code).toBe(1)
    const txHash = drawHash()
    for (const position of ['0', '1']) await seedDeposit(database.sql, { txHash, position })
    const several = await json(['approve', txHash, ...signed])
    expect([several.code, several.errors[0]?.code]).toEqual([2, 'ambiguous-id'])
  })
})

describe('skip', () => {
  it('ends a deposit without starting a workflow; `sweep` shows operator and reason', async () => {
    const id = await held()
    expect(await json(['skip', id, ...signed])).toMatchObject({
      code: 0,
      data: { state: 'ignored(skipped by ann)', changed: true },
    })
    await expect(runOf(id).describe()).rejects.toThrow()
    expect((await json(['sweep', id])).data).toMatchObject({
      state: 'ignored(skipped by ann)',
      detail: 'looked at it',
      operatorActions: [{ operator: 'ann', action: 'skip' }],
    })
    expect((await json(['skip', id, ...signed])).data).toMatchObject({ changed: false })
    expect(await actionsOf(id)).toEqual(['skip'])
  })

  it('exits 3 from the signature of the sweep until its outcome is known', async () => {
    const wallet = drawAddress()
    const sweepId = await seedSweep(database.sql, { wallet })
    const id = await seedDeposit(database.sql, { state: 'confirming-sweep', wallet, sweepId })
    await database.sql`update deposits set confirmed_at = now() where id = ${id}`
    await seedTransaction(database.sql, { sweepId, step: 'sweep', sender: wallet })
    const { code, errors } = await json(['skip', id, ...signed])
    expect([code, errors[0]?.code]).toEqual([3, 'refused'])
    expect(errors[0]?.message).toContain('signed')
    expect(await actionsOf(id)).toEqual([])
  })
})

describe('approve and skip of a deposit in doubt', () => {
  const doubted = async (reason: string) => {
    const id = await seedDeposit(database.sql, { state: 'confirming', reason, detail: '1, then 2' })
    await database.sql`update deposits set doubt = ${reason} where id = ${id}`
    return id
  }

  it.each(['content-differs', 'unbacked'])(
    'sweep shows both commands for confirming(%s); approve credits the deposit and starts no run',
    async (doubt) => {
      const id = await doubted(doubt)
      const listed = await json(['sweeps', '--state', `confirming(${doubt})`])
      expect((listed.data as { id: string }[]).map((row) => row.id)).toContain(id)
      const { stdout } = await runCli(['sweep', id], cli.env)
      expect(stdout).toContain(`confirming(${doubt})`)
      expect(stdout).toContain('1, then 2')
      for (const verb of ['approve', 'skip']) expect(stdout).toContain(`coldsweep ${verb} ${id}`)
      const answer = await json(['approve', id, ...signed])
      expect(answer).toMatchObject({ code: 0, data: { state: 'confirming', changed: true } })
      await expect(runOf(id).describe()).rejects.toThrow()
      expect((await json(['approve', id, ...signed])).data).toMatchObject({ changed: false })
      expect(await actionsOf(id)).toEqual(['approve'])
    },
  )

  it('skip rejects the deposit permanently and reports the rejection', async () => {
    const id = await doubted('content-differs')
    const { code, stdout } = await runCli(['skip', id, ...signed], cli.env)
    expect(code).toBe(0)
    expect(stdout).toContain('ignored(rejected by ann)')
    expect(stdout).toContain('never credited')
    expect((await json(['sweep', id])).data).toMatchObject({
      state: 'ignored(rejected by ann)',
      next: expect.stringContaining('rejected'),
    })
    const listed = await json(['sweeps', '--state', 'ignored(rejected)'])
    expect((listed.data as { id: string }[]).map((row) => row.id)).toContain(id)
    expect((await json(['approve', id, ...signed])).code).toBe(3)
    expect(await actionsOf(id)).toEqual(['skip'])
  })

  it.each(['rpc-quorum', 'rpc-disagreement'])(
    'approve and skip exit 3 for confirming(%s)',
    async (reason) => {
      const id = await seedDeposit(database.sql, { state: 'confirming', reason })
      for (const verb of ['approve', 'skip']) {
        expect((await json([verb, id, ...signed])).code).toBe(3)
      }
      expect(await actionsOf(id)).toEqual([])
    },
  )
})

describe('pause and resume', () => {
  it('pause holds a deposit, and resume ends the hold', async () => {
    const id = await seedDeposit(database.sql, { reason: 'queued' })
    expect((await json(['pause', id, ...signed])).data).toMatchObject({ state: 'waiting(paused)' })
    expect((await json(['resume', id, ...signed])).data).toMatchObject({ state: 'waiting(queued)' })
    expect(await actionsOf(id)).toEqual(['pause', 'resume'])
  })

  it('pause stops a chain, and resume restarts it; a repeat changes nothing', async () => {
    const of = (verb: string) => json([verb, '--chain', '56', ...signed])
    expect((await of('pause')).data).toMatchObject({ chainId: 56, state: 'paused', changed: true })
    expect((await of('pause')).data).toMatchObject({ changed: false })
    expect((await of('resume')).data).toMatchObject({ state: 'resumed', changed: true })
    expect(await actionsOf('chain 56')).toEqual(['pause', 'resume'])
    expect((await json(['pause', '--chain', '1', ...signed])).code).toBe(2)
  })

  it('pause and resume exit 2 when neither or both of <id> and --chain are given', async () => {
    expect((await json(['pause', ...signed])).code).toBe(2)
    expect((await json(['resume', 'x', '--chain', '56', ...signed])).code).toBe(2)
  })
})
