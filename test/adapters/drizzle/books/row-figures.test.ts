import { afterAll, beforeAll, expect, it } from 'vitest'
import { createRowFigures } from '../../../../adapters/drizzle/books/row-figures.ts'
import { type OwnLedger, ownLedger } from '../../../harness/benches/own-ledger.ts'
import { drawAddress } from '../../../harness/factories/seed-rows.ts'

let ledger: OwnLedger
beforeAll(async () => {
  ledger = await ownLedger()
})
afterAll(() => ledger.close())

it('unfinished counts unfinished deposits by chain and state, with the time since the oldest was detected', async () => {
  const ages = [
    { chainId: 7, state: 'waiting', reason: 'held-by 7:0xab:3', hours: 30 },
    { chainId: 7, state: 'waiting', reason: 'held-by 7:0xcd:1', hours: 1 },
    { chainId: 7, state: 'needs-attention', hours: 2 },
    { chainId: 8, state: 'confirming', hours: 3 },
    { chainId: 7, state: 'done', hours: 99 },
    { chainId: 7, state: 'ignored', hours: 99 },
    { chainId: 8, state: 'orphaned', hours: 99 },
  ] as const
  for (const { chainId, state, hours, ...more } of ages) {
    const { id } = await ledger.put({ chainId, state, reason: '', ...more })
    await ledger.sql`
      update deposits set detected_at = now() - ${hours} * interval '1 hour', since = now() where id = ${id}`
  }
  const found = await createRowFigures(ledger.db).unfinished()
  const inHours = found.map(({ oldestSeconds, ...it }) => ({
    ...it,
    hours: Math.round(oldestSeconds / 3600),
  }))
  expect(inHours.sort((a, b) => a.hours - b.hours)).toEqual([
    { chainId: 7, state: 'needs-attention', reason: '', count: 1, hours: 2 },
    { chainId: 8, state: 'confirming', reason: '', count: 1, hours: 3 },
    { chainId: 7, state: 'waiting', reason: 'held-by', count: 2, hours: 30 },
  ])
})

it('chains returns the pause and the newest reconciliation of each chain', async () => {
  await ledger.sql`truncate chains, reconciliations cascade`
  for (const [id, reason] of [
    [1, 'fork'],
    [2, null],
  ] as const) {
    await ledger.sql`
      insert into chains ${ledger.sql({ id, name: `chain ${id}`, cold_wallet: drawAddress(), paused_reason: reason })}`
  }
  for (const [height, count] of [
    [10, 3],
    [20, 1],
  ] as const) {
    const report = { differences: Array.from({ length: count }, () => ({})) }
    await ledger.sql`
      insert into reconciliations (chain_id, block_number, block_hash, balanced, report, done_at)
      values (1, ${height}, '0x', false, ${ledger.sql.json(report)}, now() - interval '5 minutes')`
  }
  for (const [nonce, adopted] of [
    [0, null],
    [1, new Date()],
  ] as const) {
    await ledger.sql`
      insert into foreign_transactions ${ledger.sql({ chain_id: 1, sender: drawAddress(), nonce, adopted_at: adopted })}`
  }
  const figures = await createRowFigures(ledger.db).chains()
  expect([...figures].sort((a, b) => a.chainId - b.chainId)).toEqual([
    {
      chainId: 1,
      paused: true,
      external: 1,
      reconciled: { height: 20n, differences: 1, ageSeconds: expect.closeTo(300, -1) },
    },
    { chainId: 2, paused: false, external: 0, reconciled: undefined },
  ])
})

it('counts closed lanes by chain and role', async () => {
  const lanes = [
    { role: 'wallet', closed_reason: 'a nonce of nobody' },
    { role: 'wallet', closed_reason: 'a nonce of nobody' },
    { role: 'keeper', closed_reason: null },
  ]
  for (const lane of lanes) {
    await ledger.sql`
      insert into lanes ${ledger.sql({ chain_id: 9, sender: drawAddress(), entry_nonce: 0, next_nonce: 0, ...lane })}`
  }
  expect(await createRowFigures(ledger.db).closedLanes()).toEqual([
    { chainId: 9, role: 'wallet', count: 2 },
  ])
})
