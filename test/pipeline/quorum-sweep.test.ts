import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { runCli } from '../harness/processes/run-cli.ts'
import { forgedBalance, forgedTokenBalance } from '../harness/proxies/forgeries.ts'
import { type QuorumDeployment, quorumDeployment } from '../harness/worlds/quorum-deployment.ts'

/**
 * Tests a whole sweep and reconcile on three endpoints, of which two must agree (MONEY 20).
 * test/faults/quorum-sweeps.test.ts has more cases.
 */
let q: QuorumDeployment
const token = () => q.d.tokens[0] as (typeof q.d.tokens)[number]
const inCold = () => q.d.devnet.tokenOf(token(), q.d.coldWallet)
const signedFor = (depositId: string) => q.d.sql`
  select t.step, t.state from transactions t join deposits d on d.sweep_id = t.sweep_id
  where d.id = ${depositId} order by t.created_at`
const attentionEvents = (depositId: string) => q.d.sql`
  select 1 from deposits where id = ${depositId} and state = 'needs-attention'`

beforeAll(async () => {
  q = await quorumDeployment()
})
afterEach(() => {
  q?.three.heal()
  if (q?.worker.exitCode === undefined) process.kill(q.worker.pid, 'SIGCONT')
})
afterAll(async () => await q?.close())

test('a deposit needs attention without a signature if one endpoint forges the balance and another is down; the deposit is done after retry', async () => {
  const before = await inCold()
  const wallet = (await q.d.addWallet()).address
  const change = forgedTokenBalance(token().address, wallet, 9n * 10n ** 18n)
  q.three.proxies[1].fault('eth_call', { kind: 'forge', change })
  // The test stops the worker until the third endpoint is down. Otherwise the worker would report
  // the disagreement before that.
  process.kill(q.worker.pid, 'SIGSTOP')
  const hash = await q.d.devnet.payToken(token(), wallet, 5n * 10n ** 18n)
  await q.reaches(hash, 'waiting')
  q.three.proxies[2].fault('*', { kind: 'break' })
  process.kill(q.worker.pid, 'SIGCONT')
  const { id, detail } = await q.reaches(hash, 'needs-attention(rpc-disagreement)')
  expect(detail).toContain('endpoint 2: 9000000000000000000')
  expect(await signedFor(id)).toEqual([])
  expect(await attentionEvents(id)).toHaveLength(1)
  const log = readFileSync(q.worker.logFile, 'utf8')
  expect(log).toContain('rpc endpoints disagree')
  for (const url of q.three.urls) expect(log + detail).not.toContain(new URL(url).host)
  q.three.heal()
  await q.retry(id)
  await q.reaches(hash, 'done')
  expect((await inCold()) - before).toBe(5n * 10n ** 18n)
})

test('reconcile reports a forged balance as rpc-disagreement, not as a difference', async () => {
  const settled = await q.payToken()
  await q.reaches(settled.hash, 'done')
  const reconcile = async () => {
    const { code: exitCode, stdout } = await runCli(['reconcile', '--json'], q.d.env)
    return { exitCode, ...(JSON.parse(stdout) as { errors: { code: string }[] }) }
  }
  expect(await reconcile()).toMatchObject({ exitCode: 0, ok: true })
  const change = forgedBalance(q.d.keeper, 1n)
  q.three.proxies[0].fault('eth_getBalance', { kind: 'forge', change })
  const lied = await reconcile()
  expect(lied).toMatchObject({ exitCode: 1, errors: [{ code: 'rpc-disagreement' }] })
  q.three.heal()
  for (const one of q.three.proxies.slice(1)) one.fault('*', { kind: 'break' })
  expect(await reconcile()).toMatchObject({ exitCode: 75, errors: [{ code: 'rpc-quorum' }] })
})
