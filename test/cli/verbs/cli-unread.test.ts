import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCli } from '../../harness/processes/run-cli.ts'
import { type OwnDeployment, ownDeployment } from '../../harness/worlds/own-deployment.ts'

/**
 * Tests `coldsweep unread list`, `retry` and `answer`, for transactions that no endpoint returned.
 */
let d: OwnDeployment
const order = ['--operator', 'ann', '--reason', 'looked it up']
const hash = (n: number) => `0x${n.toString(16).padStart(64, '0')}`
beforeAll(async () => {
  d = await ownDeployment()
})
afterAll(async () => await d?.close())

const addRow = (n: number, given: Record<string, unknown> = {}) =>
  d.sql`insert into unread_transactions ${d.sql({
    ...{ chain_id: d.devnet.chainId, tx_hash: hash(n), block_number: 7, block_hash: hash(70) },
    ...{ sender: null, closes_lane: true, why: 'the node has no receipt of it' },
    next_try_at: new Date(Date.now() + 600_000),
    ...given,
  })}`
const json = async (...args: string[]) => {
  const { code, stdout } = await runCli([...args, '--json'], d.env)
  return { code, ...(JSON.parse(stdout) as { ok: boolean; data: never; errors: never[] }) }
}

test('`unread list` shows each transaction with its reason, and the block range of transactions that have no row', async () => {
  expect((await runCli(['unread', 'list'], d.env)).stdout).toContain('no unread transactions')
  await addRow(1)
  await d.sql`insert into unread_blocks ${d.sql({ chain_id: d.devnet.chainId, from_block: 8, to_block: 9, transactions: 744, why: 'HTTP 504', next_try_at: new Date() })}`
  const { code, data } = await json('unread', 'list', '--chain', String(d.devnet.chainId))
  expect([code, data]).toMatchObject([
    0,
    [
      {
        chainId: d.devnet.chainId,
        transactions: [
          {
            txHash: hash(1),
            blockNumber: 7,
            sender: null,
            tries: 2,
            why: 'the node has no receipt of it',
          },
        ],
        blocks: { from: 8, to: 9, transactions: 744, why: 'HTTP 504' },
      },
    ],
  ])
  const { stdout } = await runCli(['unread', 'list'], d.env)
  expect(stdout).toContain(hash(1))
  expect(stdout).toContain('blocks 8 to 9 hold 744 more')
})

test('`unread retry` makes a transaction due at once and is recorded; for blocks without --chain it exits 2', async () => {
  expect(await json('unread', 'retry', hash(1), ...order)).toMatchObject({
    code: 0,
    data: { due: true },
  })
  const [row] = await d.sql`select next_try_at <= now() as due from unread_transactions`
  expect(row?.['due']).toBe(true)
  expect(await json('unread', 'retry', 'blocks', ...order)).toMatchObject({ code: 2 })
  expect(
    await json('unread', 'retry', 'blocks', '--chain', String(d.devnet.chainId), ...order),
  ).toMatchObject({ code: 0 })
  const by = { action: 'unread-retry', operator: 'ann', reason: 'looked it up' }
  expect(
    await d.sql`select action, operator, reason, subject from operator_actions order by id`,
  ).toEqual([
    { ...by, subject: `${d.devnet.chainId}:${hash(1)}` },
    { ...by, subject: `${d.devnet.chainId}:unread blocks` },
  ])
})

test('`unread answer` ends the retries, opens the lane and is recorded; a repeat exits 1', async () => {
  const sender = `0x${'a1'.repeat(20)}`
  await addRow(2, { sender, nonce: 0 })
  const closed_reason = `the transaction ${hash(2)} of this address cannot be read yet`
  await d.sql`insert into lanes ${d.sql({ chain_id: d.devnet.chainId, sender, role: 'wallet', entry_nonce: 0, next_nonce: 0, closed_reason, closed_at: new Date() })}`
  const answered = await json('unread', 'answer', hash(2), ...order)
  expect(answered).toMatchObject({
    code: 0,
    data: { answered: true, lanesOpened: [expect.stringMatching(/^0x/)] },
  })
  expect(await d.sql`select closed_reason, closed_at from lanes`).toMatchObject([
    { closed_reason: null, closed_at: null },
  ])
  expect(
    await d.sql`select answered_by, answered_reason from unread_transactions where tx_hash = ${hash(2)}`,
  ).toMatchObject([{ answered_by: 'ann', answered_reason: 'looked it up' }])
  const actions = await d.sql`select action, subject from operator_actions order by id`
  expect(actions.at(-1)).toMatchObject({
    action: 'unread-answer',
    subject: `${d.devnet.chainId}:${hash(2)}`,
  })
  expect(await json('unread', 'answer', hash(2), ...order)).toMatchObject({
    code: 1,
    errors: [{ code: 'not-found' }],
  })
})

test('unread answer ends the report of a token’s blocks, is recorded, and a repeat exits 1; retry names rescan', async () => {
  const token = `0x${'e1'.repeat(20)}`
  await d.sql`insert into token_gaps ${d.sql([3, 9].map((from) => ({ chain_id: d.devnet.chainId, token, from_block: from, to_block: from + 4 })))}`
  expect(await json('unread', 'retry', token, ...order)).toMatchObject({
    code: 2,
    errors: [{ hint: expect.stringContaining('unread list') }],
  })
  expect(await json('unread', 'answer', token, ...order)).toMatchObject({
    code: 0,
    data: {
      answered: true,
      blocks: [
        { from: 3, to: 7 },
        { from: 9, to: 13 },
      ],
    },
  })
  const actions = await d.sql`select action, subject, reason from operator_actions order by id`
  expect(actions.at(-1)).toEqual({
    action: 'unread-answer',
    subject: `${d.devnet.chainId}:${token}`,
    reason: 'looked it up (blocks 3 to 7, 9 to 13)',
  })
  expect(await json('unread', 'answer', token, ...order)).toMatchObject({ code: 1 })
  expect((await json('unread', 'list')).data[0]).toMatchObject({ tokens: [] })
})
