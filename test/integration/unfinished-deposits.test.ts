import { afterAll, beforeAll, expect, it } from 'vitest'
import { createUnfinishedDeposits } from '../../adapters/drizzle/unfinished-deposits.ts'
import { type OwnLedger, ownLedger } from '../parts/own-ledger.ts'

let ledger: OwnLedger
beforeAll(async () => {
  ledger = await ownLedger()
})
afterAll(() => ledger.close())

it('unfinished deposits are counted by chain and state, with the age of the oldest since it was detected', async () => {
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
  const found = await createUnfinishedDeposits(ledger.db).measure()
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
