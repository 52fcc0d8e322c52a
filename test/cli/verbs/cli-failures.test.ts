import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { declareTopology } from '../../../adapters/amqplib/topology.ts'
import { failuresQueue, workQueues } from '../../../domain/outbox/event.ts'
import {
  drawAddress,
  seedDeposit,
  seedSweep,
  seedTransaction,
} from '../../harness/factories/seed-rows.ts'
import { type CliEnvironment, cliEnvironment } from '../../harness/processes/cli-environment.ts'
import { runCli } from '../../harness/processes/run-cli.ts'
import { type OwnBus, ownBus } from '../../harness/services/own-bus.ts'
import { type OwnDatabase, ownDatabase } from '../../harness/services/own-database.ts'

const signed = ['--operator', 'ann', '--reason', 'the token is unpaused'] as const

let database: OwnDatabase
let bus: OwnBus
let cli: CliEnvironment

beforeAll(async () => {
  database = await ownDatabase()
  bus = await ownBus()
  await declareTopology(bus.url, bus.prefix)
  cli = cliEnvironment({
    DATABASE_URL: database.url,
    RABBITMQ_URL: bus.url,
    RABBITMQ_PREFIX: bus.prefix,
  })
})

afterAll(async () => {
  cli?.remove()
  await bus?.drop()
  await database?.drop()
})

const json = async (...argv: string[]) => {
  const answer = await runCli([...argv, '--json'], cli.env)
  return { ...answer, ...answer.envelope() }
}
const actions = async (subject: string) => {
  const rows = await database.sql`
    select operator, action, reason from operator_actions where subject = ${subject}`
  return [...rows]
}

describe('failures', () => {
  /** Puts a message into the failures queue. Returns the id by which the verbs name the message. */
  const put = async (body: unknown, headers: Record<string, unknown> = {}) => {
    const content = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
    bus.channel.sendToQueue(bus.prefix + failuresQueue, content, { headers, persistent: true })
    await expect.poll(async () => (await list()).length).toBeGreaterThan(0)
    return (await list()).at(-1)?.id ?? ''
  }
  const list = async () => (await json('failures', 'list')).data as { id: string; body: string }[]

  it('lists nothing if the queue is empty', async () => {
    expect(await list()).toEqual([])
    expect((await runCli(['failures', 'list'], cli.env)).stdout).toContain('is empty')
  })

  it('drops a message and marks its deposit', async () => {
    const depositId = await seedDeposit(database.sql, { reason: 'queued' })
    const id = await put({ v: 9, depositId })
    const { code, data } = await json('failures', 'drop', id, ...signed)
    expect(code).toBe(0)
    expect(data).toMatchObject({ id, dropped: true, depositId, depositIgnored: true })
    const shown = await json('sweep', depositId)
    expect(shown.data).toMatchObject({
      state: 'ignored(dropped by ann)',
      detail: 'the token is unpaused',
      operatorActions: [{ operator: 'ann', action: 'drop' }],
    })
    expect(await list()).toEqual([])
  })

  it('drops a message of a done deposit or of no deposit, and changes no deposit', async () => {
    const depositId = await seedDeposit(database.sql, { state: 'done' })
    const done = await json('failures', 'drop', await put({ depositId }), ...signed)
    expect(done.data).toMatchObject({ dropped: true, depositIgnored: false })
    const healthy = await seedDeposit(database.sql, { reason: 'queued' })
    for (const text of ['not json', `junk for "depositId":"${healthy}"`]) {
      const junk = await json('failures', 'drop', await put(text), ...signed)
      expect(junk.data).toMatchObject({ dropped: true, depositId: null, depositIgnored: false })
    }
    expect((await json('sweep', healthy)).data).toMatchObject({ state: 'waiting(queued)' })
    expect((await json('sweep', depositId)).data).toMatchObject({ state: 'done' })
  })

  it.each([
    ['held for an approval', { reason: 'approval' }, true],
    ['not confirmed yet', { state: 'confirming' }, false],
  ] as const)('drops a message without ending a deposit that is %s', async (_, more, held) => {
    const depositId = await seedDeposit(database.sql, more)
    if (held)
      await database.sql`
        update deposits set held_at = now(), held_reason = 'approval' where id = ${depositId}`
    const before = (await json('sweep', depositId)).data as { state: string }
    const { data } = await json('failures', 'drop', await put({ depositId }), ...signed)
    expect(data).toMatchObject({ dropped: true, depositIgnored: false })
    expect((await json('sweep', depositId)).data).toMatchObject({ state: before.state })
  })

  it.each([
    ['sweep', 'live'],
    ['sweep', 'succeeded'],
    ['gas', 'live'],
  ] as const)(
    'drop exits 3 while the outcome of the %s transaction (%s) is not recorded (MONEY 16)',
    async (step, state) => {
      const wallet = drawAddress()
      const sweepId = await seedSweep(database.sql, { wallet })
      const depositId = await seedDeposit(database.sql, { state: 'sweeping', wallet })
      await seedTransaction(database.sql, { sweepId, step, state, sender: wallet })
      const id = await put({ depositId })
      const { code, errors } = await json('failures', 'drop', id, ...signed)
      expect(code).toBe(3)
      expect(errors[0]?.message).toContain('signed')
      expect((await json('sweep', depositId)).data).toMatchObject({ state: 'sweeping' })
      expect(await list()).toHaveLength(1)
      await bus.channel.purgeQueue(bus.prefix + failuresQueue)
    },
  )

  it('requeues a message to its original queue, and rejects a message of unknown origin', async () => {
    const content = Buffer.from('{"v":1}')
    bus.channel.sendToQueue(bus.prefix + workQueues.native, content)
    await expect.poll(() => bus.count(workQueues.native)).toBe(1)
    const rejected = await bus.channel.get(bus.prefix + workQueues.native)
    if (!rejected) throw new Error('the message did not come')
    bus.channel.reject(rejected, false)
    await expect.poll(async () => (await list()).length).toBe(1)
    const [failed] = await list()
    const requeued = await json('failures', 'requeue', failed?.id ?? '', ...signed)
    expect([requeued.code, requeued.data]).toEqual([0, { id: failed?.id, requeued: true }])
    expect(await actions(`message ${failed?.id}`)).toMatchObject([
      { operator: 'ann', action: 'requeue', reason: 'the token is unpaused' },
    ])
    await expect.poll(() => bus.count(workQueues.native)).toBe(1)

    const lost = await put('lost')
    const refused = await json('failures', 'requeue', lost, ...signed)
    expect(refused.code).toBe(3)
    expect(await actions(`message ${lost}`)).toEqual([])
    await bus.channel.purgeQueue(bus.prefix + failuresQueue)
  })

  it('requeue and drop exit 1 for an unknown message id', async () => {
    expect((await json('failures', 'requeue', 'nope', ...signed)).code).toBe(1)
    expect((await json('failures', 'drop', 'nope', ...signed)).code).toBe(1)
  })

  it('redacts secrets in a message body (MONEY 19)', async () => {
    await put(`private_key: 0x${'ab'.repeat(32)}`)
    for (const argv of [
      ['failures', 'list'],
      ['failures', 'list', '--json'],
    ]) {
      expect((await runCli(argv, cli.env)).stdout).not.toContain('abab')
    }
    await bus.channel.purgeQueue(bus.prefix + failuresQueue)
  })
})
