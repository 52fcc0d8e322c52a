import { afterAll, beforeAll, expect, it } from 'vitest'
import { createRowFigures } from '../../../../adapters/drizzle/books/row-figures.ts'
import { type OwnLedger, ownLedger } from '../../../harness/benches/own-ledger.ts'
import { drawAddress } from '../../../harness/factories/seed-rows.ts'

let ledger: OwnLedger
beforeAll(async () => {
  ledger = await ownLedger()
})
afterAll(() => ledger.close())

it('counts unfinished deposits by chain and state, with the time since the oldest was detected', async () => {
  const ages = [
    { chainId: 7, state: 'waiting', hours: 30 },
    { chainId: 7, state: 'waiting', hours: 1 },
    { chainId: 7, state: 'needs-attention', hours: 2 },
    { chainId: 8, state: 'confirming', hours: 3 },
    { chainId: 7, state: 'done', hours: 99 },
    { chainId: 7, state: 'ignored', hours: 99 },
    { chainId: 8, state: 'orphaned', hours: 99 },
  ] as const
  for (const { chainId, state, hours } of ages) {
    const { id } = await ledger.put({ chainId, state })
    await ledger.sql`
      update deposits set detected_at = now() - ${hours} * interval '1 hour', since = now() where id = ${id}`
  }
  const found = await createRowFigures(ledger.db).unfinished()
  const inHours = found.map(({ oldestSeconds, ...it }) => ({
    ...it,
    hours: Math.round(oldestSeconds / 3600),
  }))
  expect(inHours.sort((a, b) => a.hours - b.hours)).toEqual([
    { chainId: 7, state: 'needs-attention', count: 1, hours: 2 },
    { chainId: 8, state: 'confirming', count: 1, hours: 3 },
    { chainId: 7, state: 'waiting', count: 2, hours: 30 },
  ])
})

it('reports the pause and the newest reconciliation of each chain', async () => {
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
  const figures = await createRowFigures(ledger.db).chains()
  expect([...figures].sort((a, b) => a.chainId - b.chainId)).toEqual([
    {
      chainId: 1,
      paused: true,
      reconciled: { height: 20n, differences: 1, ageSeconds: expect.closeTo(300, -1) },
    },
    { chainId: 2, paused: false, reconciled: undefined },
  ])
})
