import { getAddress } from 'viem/utils'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { failuresQueue, workQueues } from '../../../domain/outbox/event.ts'
import { signalNames, sweepWorkflowId, workflowTypes } from '../../../workflows/contract.ts'
import { aChain, coldWallet, keeper, usdt } from '../../harness/factories/a-config.ts'
import { drawHash, seedDeposit } from '../../harness/factories/seed-rows.ts'
import { type CliEnvironment, cliEnvironment } from '../../harness/processes/cli-environment.ts'
import { runCli } from '../../harness/processes/run-cli.ts'
import { type OwnBus, ownBus } from '../../harness/services/own-bus.ts'
import { type OwnDatabase, ownDatabase } from '../../harness/services/own-database.ts'
import { type OwnNamespace, ownNamespace } from '../../harness/services/own-namespace.ts'
import { eventually } from '../../harness/waiting/eventually.ts'

const other = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266'
const signed = ['--operator', 'ann', '--reason', 'the token is unpaused'] as const

let database: OwnDatabase
let bus: OwnBus
let temporal: OwnNamespace
let cli: CliEnvironment

const json = async (...argv: string[]) => {
  const answer = await runCli([...argv, '--json'], cli.env)
  return { ...answer, ...answer.envelope() }
}

beforeAll(async () => {
  database = await ownDatabase({ empty: true })
  bus = await ownBus()
  temporal = await ownNamespace()
  cli = cliEnvironment({
    DATABASE_URL: database.url,
    RABBITMQ_URL: bus.url,
    RABBITMQ_PREFIX: bus.prefix,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
  })
})

afterAll(async () => {
  cli?.remove()
  await temporal?.drop()
  await bus?.drop()
  await database?.drop()
})

describe('migrate', () => {
  /** Lists the schedules. The server lists a new schedule only a moment after its creation. */
  async function scheduleIds(): Promise<string[]> {
    const ids: string[] = []
    for await (const { scheduleId } of temporal.client.schedule.list()) ids.push(scheduleId)
    return ids.sort()
  }

  it('creates tables, chains, queues, namespace, search attributes and schedules', async () => {
    const { code, ok, data } = await json('migrate')
    expect({ code, ok }).toEqual({ code: 0, ok: true })
    expect(data).toMatchObject({
      steps: [
        {
          step: 'database',
          ok: true,
          changes: [expect.stringMatching(/^applied \d+ migrations$/)],
        },
        {
          step: 'chains',
          ok: true,
          changes: [
            `chain 56 added with cold wallet ${coldWallet}`,
            `chain 56 has the gas keeper ${keeper}`,
          ],
        },
        { step: 'queues', ok: true },
        { step: 'temporal', ok: true },
      ],
    })
    for (const queue of [...Object.values(workQueues), failuresQueue]) {
      expect(await bus.count(queue)).toBe(0)
    }
    expect(await eventually(scheduleIds, (ids) => ids.length >= 3)).toEqual([
      'coldsweep-adopt',
      'coldsweep-keeper-watch-56',
      'coldsweep-reconcile-56',
    ])
  })

  it('changes nothing on a repeat', async () => {
    const { code, data } = await json('migrate')
    expect(code).toBe(0)
    const { steps } = data as { steps: { changes: string[] }[] }
    expect(steps.map(({ changes }) => changes)).toEqual([[], [], [], []])
  })

  it('reports and keeps the schedules of chains that are not configured here', async () => {
    const scheduleId = 'coldsweep-keeper-watch-99'
    const handle = await temporal.client.schedule.create({
      scheduleId,
      spec: { intervals: [{ every: '1 hour' }] },
      action: {
        type: 'startWorkflow',
        workflowType: 'keeperWatch',
        taskQueue: 'nobodys',
        args: [],
      },
    })
    await eventually(scheduleIds, (ids) => ids.includes(scheduleId))
    const { steps } = (await json('migrate')).data as { steps: { changes: string[] }[] }
    expect(steps.at(-1)?.changes).toEqual([expect.stringContaining(`kept schedule ${scheduleId}`)])
    await handle.describe()
    await handle.delete()
  })

  it('retires a replaced keeper, and restores the keeper that is configured again', async () => {
    cli.configure(aChain({ gasKeeper: { address: other, alertBelow: '0.5' } }))
    const replaced = await json('migrate')
    expect(replaced.data).toMatchObject({
      steps: {
        1: {
          changes: [
            `chain 56 retired the gas keeper ${keeper}`,
            `chain 56 has the gas keeper ${other}`,
          ],
        },
      },
    })
    cli.configure(aChain())
    await json('migrate')
    const rows = await database.sql`
      select address from keepers where chain_id = 56 and retired_at is null`
    expect(rows.map((row) => row['address'])).toEqual([keeper.toLowerCase()])
  })

  it('rejects a cold wallet that differs from the recorded address, and writes nothing (MONEY 18)', async () => {
    cli.configure(aChain({ coldWallet: other }), aChain({ id: 97, name: 'testnet' }))
    const { code, errors } = await json('migrate')
    expect(code).toBe(2)
    expect(errors).toMatchObject([
      {
        code: 'cold-wallet-changed',
        message: `chain 56: coldWallet is ${other}; the database has ${coldWallet}`,
      },
    ])
    const rows = await database.sql`select id, cold_wallet from chains`
    expect([...rows]).toEqual([{ id: 56, cold_wallet: coldWallet.toLowerCase() }])
    cli.configure(aChain())
  })

  it('exits 75 naming every dependency that is down, and completes the other steps', async () => {
    const env = {
      ...cli.env,
      RABBITMQ_URL: 'amqp://a:hunter2@127.0.0.1:1',
      TEMPORAL_ADDRESS: '127.0.0.1:1',
    }
    const answer = await runCli(['migrate', '--json'], env)
    expect(answer.code).toBe(75)
    const { ok, data, errors } = answer.envelope()
    expect(ok).toBe(false)
    expect(data).toMatchObject({
      steps: [
        { ok: true },
        { ok: true },
        { step: 'queues', ok: false },
        { step: 'temporal', ok: false },
      ],
    })
    expect(errors.map(({ hint }) => hint).join()).toMatch(/RabbitMQ.*Temporal/s)
    expect(answer.stdout + answer.stderr).not.toContain('hunter2')
  })
})

describe('retry', () => {
  const actions = async (subject: string) => {
    const rows = await database.sql`
      select operator, action, reason from operator_actions where subject = ${subject}`
    return [...rows]
  }

  it('starts a missing workflow, sends the order to the workflow, and records the order', async () => {
    const wallet = other.toLowerCase()
    const id = await seedDeposit(database.sql, {
      wallet,
      asset: usdt.toLowerCase(),
      position: '3',
      state: 'needs-attention',
      reason: 'token-refused',
      amount: '2500000000000000000',
    })
    for (const name of [id, sweepWorkflowId(id)]) {
      const { code, data } = await json('retry', name, ...signed)
      expect(code).toBe(0)
      expect(data).toMatchObject({ id, workflowId: sweepWorkflowId(id) })
    }
    const handle = temporal.client.workflow.getHandle(sweepWorkflowId(id))
    const { events } = await handle.fetchHistory()
    const order = { operator: 'ann', reason: 'the token is unpaused', id: expect.any(String) }
    const signals = (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: it }) =>
      it ? [{ name: it.signalName, order: decode(it.input?.payloads?.[0]?.data) }] : [],
    )
    expect(signals).toEqual([
      { name: signalNames.retryNow, order },
      { name: signalNames.retryNow, order },
    ])
    // The command was given twice, so there are two orders.
    const [one, two] = signals.map((signal) => (signal.order as { id: string }).id)
    expect(one).not.toBe(two)
    const started = events?.[0]?.workflowExecutionStartedEventAttributes
    expect(started?.workflowType?.name).toBe(workflowTypes.tokenSweep)
    expect(decode(started?.input?.payloads?.[0]?.data)).toMatchObject({
      depositId: id,
      asset: 'USDT',
      decimals: 18,
      amount: '2500000000000000000',
      wallet: getAddress(wallet),
    })
    const row = { operator: 'ann', action: 'retry-asked', reason: 'the token is unpaused' }
    expect(await actions(id)).toEqual([row, row])
  })

  it.each([
    ['done', ''],
    ['ignored', 'dust'],
    ['orphaned', ''],
    ['confirming', ''],
  ])('exits 3 for a deposit in the state %s and writes nothing', async (state, reason) => {
    const id = await seedDeposit(database.sql, { state, reason })
    if (state !== 'confirming') {
      await database.sql`update deposits set confirmed_at = now() where id = ${id}`
    }
    const { code, errors } = await json('retry', id, ...signed)
    expect(code).toBe(3)
    expect(errors).toMatchObject([{ code: 'refused' }])
    expect(await actions(id)).toEqual([])
  })

  it('rejects an unlisted asset before it starts a workflow', async () => {
    const id = await seedDeposit(database.sql, {
      asset: `0x${'12'.repeat(20)}`,
      state: 'needs-attention',
      reason: 'unlisted-asset',
    })
    const { code, errors } = await json('retry', id, ...signed)
    expect(code).toBe(2)
    expect(errors[0]?.message).toContain('does not list asset')
  })

  it('exits 1 for an unknown id, and 75 if Temporal is down', async () => {
    expect((await json('retry', drawHash(), ...signed)).code).toBe(1)
    const id = await seedDeposit(database.sql, { reason: 'keeper-low' })
    const env = { ...cli.env, TEMPORAL_ADDRESS: '127.0.0.1:1' }
    const answer = await runCli(['retry', id, ...signed, '--json'], env)
    expect(answer.code).toBe(75)
    expect(answer.envelope().errors[0]?.hint).toContain('TEMPORAL_ADDRESS')
  })
})

function decode(data: Uint8Array | null | undefined): unknown {
  return JSON.parse(Buffer.from(data ?? []).toString('utf8') || 'null')
}
