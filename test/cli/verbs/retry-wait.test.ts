import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../../adapters/drizzle/database.ts'
import { changeState } from '../../../adapters/drizzle/deposits/change-state.ts'
import { createSweepStore } from '../../../adapters/drizzle/sweeps/sweep-store.ts'
import { processEnvironment } from '../../../config/env/env.ts'
import { type OperatorOrder, sweepWorkflowId } from '../../../workflows/contract.ts'
import { seedDeposit } from '../../harness/factories/seed-rows.ts'
import { type CliEnvironment, cliEnvironment } from '../../harness/processes/cli-environment.ts'
import { runCli } from '../../harness/processes/run-cli.ts'
import { type OwnBus, ownBus } from '../../harness/services/own-bus.ts'
import { type OwnDatabase, ownDatabase } from '../../harness/services/own-database.ts'
import { type OwnNamespace, ownNamespace } from '../../harness/services/own-namespace.ts'
import { eventually } from '../../harness/waiting/eventually.ts'

const bin = fileURLToPath(new URL('../../../cli/coldsweep.mjs', import.meta.url))

let own: OwnDatabase
let database: Database
let bus: OwnBus
let temporal: OwnNamespace
let cli: CliEnvironment
const children: ChildProcess[] = []

beforeAll(async () => {
  own = await ownDatabase({ empty: true })
  bus = await ownBus()
  database = openDatabase(own.url, { max: 2, applicationName: 'test' })
  temporal = await ownNamespace()
  cli = cliEnvironment({
    DATABASE_URL: own.url,
    RABBITMQ_URL: bus.url,
    RABBITMQ_PREFIX: bus.prefix,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
  })
  expect((await runCli(['migrate'], cli.env)).code).toBe(0)
}, 60_000)

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL')
  cli?.remove()
  await temporal?.drop()
  await bus?.drop()
  await database?.close()
  await own?.drop()
})

/** Starts `retry --wait` as an operator does. */
function retryWait(id: string, reason: string, ...more: readonly string[]) {
  const args = ['retry', id, '--operator', 'ann', '--reason', reason, '--wait', ...more]
  const env = { ...processEnvironment(), ...cli.env }
  const child = spawn(process.execPath, [bin, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  const said = { stdout: '', stderr: '' }
  child.stdout.on('data', (part) => {
    said.stdout += part
  })
  child.stderr.on('data', (part) => {
    said.stderr += part
  })
  const code = new Promise<number | null>((resolve) => {
    child.once('close', resolve)
  })
  return { child, said, code }
}

/** The orders that the deposit's workflow was sent. No worker runs, so the test follows them. */
async function ordersOf(id: string): Promise<OperatorOrder[]> {
  const handle = temporal.client.workflow.getHandle(sweepWorkflowId(id))
  const { events } = await handle.fetchHistory()
  return (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: it }) => {
    const data = it?.input?.payloads?.[0]?.data
    return data ? [JSON.parse(Buffer.from(data).toString('utf8')) as OperatorOrder] : []
  })
}

async function orderOf(id: string, reason: string): Promise<OperatorOrder> {
  const orders = await eventually(
    () => ordersOf(id).catch(() => []),
    (all) => all.some((order) => order.reason === reason),
    20_000,
  )
  return orders.find((order) => order.reason === reason) as OperatorOrder
}

async function receive(id: string, order: OperatorOrder): Promise<void> {
  const { operator, reason, id: orderId } = order
  const noted = { operator, reason, subject: id, action: 'retry', id: orderId, runId: 'a-run' }
  await createSweepStore(database.db).noteOrder(noted as never)
}

const changeTo = (depositId: string, state: string, reason: string, detail = '') =>
  changeState(database.db, { depositId, state, reason, detail } as never)

async function stuckDeposit(state = 'needs-attention', reason = 'token-refused') {
  const id = await seedDeposit(own.sql, { state, reason })
  await own.sql`
    update deposits set confirmed_at = now(), since = now() - interval '1 hour' where id = ${id}`
  return id
}

describe('retry --wait', { timeout: 120_000 }, () => {
  it('shows the changes of state and exits 0 once the sweep continues', async () => {
    const id = await stuckDeposit()
    const { said, code } = retryWait(id, 'unpaused')
    await receive(id, await orderOf(id, 'unpaused'))
    await changeTo(id, 'sweeping', '')
    expect(await code).toBe(0)
    expect(said.stderr).toContain('its workflow has received the retry')
    expect(said.stderr).toContain('needs-attention(token-refused) → sweeping')
  })

  it('exits 75 for a wait that a plan found again', async () => {
    const id = await stuckDeposit('waiting', 'keeper-low')
    const { said, code } = retryWait(id, 'refilled', '--deadline', '90')
    await receive(id, await orderOf(id, 'refilled'))
    await changeTo(id, 'waiting', 'keeper-low', 'the keeper lacks 1 ETH')
    expect(await code).toBe(75)
    expect(said.stdout).toContain('is still waiting(keeper-low): the keeper lacks 1 ETH')
  })

  it('does not take the failure of a concurrent retry for its own', async () => {
    const id = await stuckDeposit()
    const first = retryWait(id, 'first')
    await receive(id, await orderOf(id, 'first'))
    const second = retryWait(id, 'second')
    const order = await orderOf(id, 'second')
    await changeTo(id, 'needs-attention', 'reverted')
    expect(await first.code).toBe(1)
    await eventually(
      async () => second.said.stderr,
      (text) => text.includes('→ needs-attention(reverted)'),
      60_000,
    )
    await receive(id, order)
    await changeTo(id, 'sweeping', '')
    expect(await second.code).toBe(0)
  })

  it('exits 75 at Ctrl-C, and says that the order stays in effect', async () => {
    const id = await stuckDeposit()
    const { child, said, code } = retryWait(id, 'hurry')
    await receive(id, await orderOf(id, 'hurry'))
    await eventually(
      async () => said.stderr,
      (text) => text.includes('has received the retry'),
      60_000,
    )
    child.kill('SIGINT')
    expect(await code).toBe(75)
    expect(said.stdout + said.stderr).toContain('interrupted')
  })

  it('exits 75 at the deadline, and asks whether a worker runs', async () => {
    const id = await stuckDeposit()
    const signed = ['--operator', 'ann', '--reason', 'now', '--wait', '--deadline', '2', '--json']
    const answer = await runCli(['retry', id, ...signed], cli.env)
    expect(answer.code).toBe(75)
    const { errors } = answer.envelope()
    expect(errors).toMatchObject([
      { code: 'deadline', hint: expect.stringContaining('is a worker running?') },
    ])
  })
})
