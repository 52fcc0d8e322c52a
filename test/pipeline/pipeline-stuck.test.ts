import { optionalTsToMs } from '@temporalio/common/lib/time.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StartedProcess } from '../../devstack/run/run.ts'
import { needsAttentionQuery, sweepWorkflowId } from '../../workflows/contract.ts'
import { temporalCli } from '../harness/services/temporal-cli.ts'
import { eventually } from '../harness/waiting/eventually.ts'
import { historyOf, reaches, rowsOf } from '../harness/worlds/follow.ts'
import { type OwnDeployment, ownDeployment } from '../harness/worlds/own-deployment.ts'
import { recordHistory } from '../harness/worlds/record-history.ts'

/**
 * Stuck sweeps, their reasons, and how operators let them continue, with the real `temporal`
 * command.
 */
let d: OwnDeployment
let scanner: StartedProcess
let worker: StartedProcess
const token = () => d.tokens[0] as (typeof d.tokens)[number]
const five = 5n * 10n ** 18n
const reach = (hash: string, state: string) =>
  reaches(d, hash, state, { processes: [scanner, worker] })

beforeAll(async () => {
  d = await ownDeployment({
    // One gas transaction costs about 0.0002 ether, which is more than this balance.
    keeperEther: 0.00001,
    alertBelow: '0.1',
    tokens: async (devnet) => [
      { ...(await devnet.deployToken('pausable-false-token', 'PFT', 18)), min: '1' },
    ],
  })
  scanner = d.start('scanner')
  worker = d.start('worker')
})
afterAll(async () => await d?.close())

const temporal = (...args: string[]) => temporalCli(d.namespace)(...args)
const order = JSON.stringify({ operator: 'ann', reason: 'the token is unpaused' })
const eventsOf = async (type: string) => {
  const rows = await d.sql`select 1 from keeper_watches where level = ${type}`
  return rows.length
}

test('a sweep that the keeper can’t fund waits, and continues by itself after a refill (MONEY 7)', async () => {
  const { address } = await d.addWallet()
  const hash = await d.devnet.payToken(token(), address, five)
  const { id } = await reach(hash, 'waiting(keeper-low)')
  await eventually(
    () => eventsOf('empty'),
    (count) => count === 1,
  )
  await d.devnet.pay(d.keeper, '2')
  await reach(hash, 'done')
  const refills = await d.sql`select amount_wei::text as wei from keeper_refills`
  expect(refills.map(({ wei }) => wei)).toEqual([(2n * 10n ** 18n).toString()])
  const [watch] = await d.sql`select level, changes from keeper_watches`
  expect(watch).toMatchObject({ level: 'ok', changes: 2 })
  recordHistory('keeper-short-0.1.0', await historyOf(d, id))
})

test('a deposit of a token that returns false needs attention before gas is spent; `temporal workflow signal` continues its sweep (MONEY 14)', async () => {
  // The wallet is listed after the token is paused, so no sweep can begin before the pause.
  const { address, list } = await d.addWallet({ unlisted: true })
  const hash = await d.devnet.payToken(token(), address, five)
  await d.devnet.call(token(), 'setPaused', [true])
  await list()
  const { id } = await reach(hash, 'needs-attention(token-refused)')
  const spent = await d.sql`
    select 1 from transactions t join sweeps s on s.id = t.sweep_id where s.wallet = ${address.toLowerCase()}`
  expect(spent).toEqual([])
  await eventually(
    () => temporal('workflow', 'list', '--query', needsAttentionQuery),
    (list) => list.includes(sweepWorkflowId(id).slice(0, 30)),
  )
  await d.devnet.call(token(), 'setPaused', [false])
  const workflow = ['--workflow-id', sweepWorkflowId(id)]
  await temporal('workflow', 'signal', ...workflow, '--name', 'retryNow', '--input', order)
  await reach(hash, 'done')
  const notes = await d.sql`select operator, action from operator_actions where subject = ${id}`
  expect(notes).toMatchObject([{ operator: 'ann', action: 'retry' }])
  recordHistory('released-by-operator-0.1.0', await historyOf(d, id))
})

test('`temporal workflow update` and `coldsweep retry` continue a sweep that needs attention', async () => {
  const wallets = [await d.addWallet({ unlisted: true }), await d.addWallet({ unlisted: true })]
  const hashes: string[] = []
  for (const { address } of wallets) hashes.push(await d.devnet.payToken(token(), address, five))
  await d.devnet.call(token(), 'setPaused', [true])
  for (const { list } of wallets) await list()
  const [first, second] = await Promise.all(hashes.map((hash) => reach(hash, 'needs-attention')))
  await d.devnet.call(token(), 'setPaused', [false])
  const workflow = ['--workflow-id', sweepWorkflowId(first?.id ?? '')]
  await temporal(
    'workflow',
    'update',
    'execute',
    ...workflow,
    '--name',
    'retryNow',
    '--input',
    order,
  )
  const retried = await d.cli(
    'retry',
    second?.id ?? '',
    '--operator',
    'bob',
    '--reason',
    'unpaused',
  )
  expect(retried).toMatchObject({ exitCode: 0 })
  await Promise.all(hashes.map((hash) => reach(hash, 'done')))
})

test('`temporal activity reset` retries a failing activity at once', async () => {
  await d.central`alter table userwallet rename column private_key to moved`
  const { address } = await d.addWallet({ unlisted: true })
  await d.central`insert into userwallet (address) values (${address})`
  const hash = await d.devnet.payToken(token(), address, five)
  const row = await reach(hash, 'waiting')
  const handle = d.client.workflow.getHandle(sweepWorkflowId(row.id))
  const pending = async () => {
    const described = await handle.describe().catch(() => undefined)
    return described?.raw.pendingActivities?.[0]
  }
  await eventually(
    () => rowsOf(d, hash),
    ([seen]) => /try \d+ failed/.test(seen?.detail ?? ''),
  )
  // The next retry must be far away, so that the operator's command causes the next try.
  const failing = await eventually(
    pending,
    (found) => (optionalTsToMs(found?.nextAttemptScheduleTime) ?? 0) - Date.now() > 12_000,
    120_000,
  )
  const key = await d.central`alter table userwallet rename column moved to private_key`.then(() =>
    d.keyOf(address),
  )
  await d.central`update userwallet set private_key = ${key} where address = ${address}`
  const which = [
    '--workflow-id',
    sweepWorkflowId(row.id),
    '--activity-id',
    failing?.activityId ?? '',
  ]
  await temporal('activity', 'reset', ...which)
  await reach(hash, 'done')
  // A reset restarts the count of tries at 1. Without the reset, the number of the successful try
  // would be higher.
  expect(await triesOf(row.id, failing?.activityId)).toEqual([1])
})

/**
 * Returns the number of the activity's try that succeeded. A workflow's history contains only that
 * try.
 */
async function triesOf(depositId: string, activityId: string | null | undefined) {
  const { events = [] } = await historyOf(d, depositId)
  const scheduled = events?.find(
    ({ activityTaskScheduledEventAttributes: asked }) => asked?.activityId === activityId,
  )
  return events?.flatMap(({ activityTaskStartedEventAttributes: started }) =>
    started && String(started.scheduledEventId) === String(scheduled?.eventId)
      ? [started.attempt]
      : [],
  )
}
