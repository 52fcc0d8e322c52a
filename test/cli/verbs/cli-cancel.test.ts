import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StartedProcess } from '../../../devstack/run/run.ts'
import { payTokenByHand } from '../../harness/devnet/pay-by-hand.ts'
import { runCli } from '../../harness/processes/run-cli.ts'
import { eventually } from '../../harness/waiting/eventually.ts'
import { reaches } from '../../harness/worlds/follow.ts'
import { type OwnDeployment, ownDeployment } from '../../harness/worlds/own-deployment.ts'

/**
 * MONEY 2, 3: an operator cancels a transaction. The devnet mines only on request until the cancel
 * is broadcast.
 */
let d: OwnDeployment
let processes: readonly StartedProcess[]
const order = ['--operator', 'ann', '--reason', 'no block takes it']
const five = 5n * 10n ** 18n

beforeAll(async () => {
  d = await ownDeployment({
    timers: { gasWaitSeconds: 2 },
    tokens: async (devnet) => [
      { ...(await devnet.deployToken('plain-token', 'PLN', 18)), min: '1' },
    ],
  })
  processes = [d.start('scanner'), d.start('worker')]
})
afterAll(async () => await d?.close())

/**
 * Reads the signed transactions with their attempts. `taken`: a node accepted the newest attempt.
 */
const signed = async () => {
  const rows = await d.sql`
    select t.step, t.round, t.state, t.nonce::int, array_agg(a.kind order by a.number) as kinds,
      (array_agg(a.hash order by a.number))[1] as hash,
      (array_agg(a.sends > 0 and a.last_error is null order by a.number desc))[1] as taken
    from transactions t join attempts a on a.transaction_key = t.key group by t.key order by t.created_at`
  return rows.map((row) => ({ ...row }) as Record<string, unknown>)
}

test('cancel ends an unmined gas transaction once, and its sweep continues with the next round', async () => {
  const { address } = await d.addWallet()
  const token = d.tokens[0] as (typeof d.tokens)[number]
  const hash = await payTokenByHand(d.devnet, token, address, five)
  // Makes the deposit final. No block follows, so the gas transaction is signed and stays unmined.
  await d.devnet.request('anvil_mine', ['0x2'])
  const [gas] = await eventually(signed, ([first]) => first?.['step'] === 'gas')
  const gasHash = String(gas?.['hash'])
  const asked = await runCli(['cancel', gasHash, ...order, '--json'], d.env)
  expect(asked.code, asked.stderr).toBe(0)
  expect(JSON.parse(asked.stdout).data).toMatchObject({ changed: true, nonce: gas?.['nonce'] })
  const repeated = await runCli(['cancel', gasHash, ...order, '--json'], d.env)
  expect(JSON.parse(repeated.stdout)).toMatchObject({ ok: true, data: { changed: false } })
  // The row of the cancel is written before the cancel is broadcast. A block in between would
  // include the gas transaction, so mining starts only after the broadcast.
  await eventually(
    signed,
    ([first]) => String(first?.['kinds']) === 'send,cancel' && first?.['taken'] === true,
  )
  await d.devnet.request('anvil_setIntervalMining', [1])
  await reaches(d, hash, 'done', { processes })
  expect(await signed()).toMatchObject([
    { step: 'gas', round: 1, state: 'cancelled', nonce: 0 },
    { step: 'gas', round: 2, state: 'succeeded', nonce: 1 },
    { step: 'sweep', round: 1, state: 'succeeded' },
  ])
  expect(await d.devnet.tokenOf(token, d.coldWallet)).toBe(five)
  const actions = await d.sql`select operator, action, subject from operator_actions`
  expect(actions.map((row) => ({ ...row }))).toEqual([
    { operator: 'ann', action: 'cancel', subject: expect.stringMatching(/:gas:1$/) },
  ])
  const late = await runCli(['cancel', gasHash, ...order, '--json'], d.env)
  expect(late.code).toBe(3)
  expect(late.stdout).toContain('it has ended: cancelled')
  const unknown = await runCli(['cancel', hash, ...order], d.env)
  expect([unknown.code, unknown.stderr]).toEqual([
    1,
    expect.stringContaining('no coldsweep transaction'),
  ])
})
