import { afterAll, beforeAll, expect, it } from 'vitest'
import { createKeeperFigures } from '../../../../adapters/drizzle/keeper/keeper-figures.ts'
import { type OwnLedger, ownLedger } from '../../../harness/benches/own-ledger.ts'
import { keeper } from '../../../harness/factories/a-chain.ts'
import { seedSweep, seedTransaction } from '../../../harness/factories/seed-rows.ts'

let ledger: OwnLedger
beforeAll(async () => {
  ledger = await ownLedger()
})
afterAll(() => ledger.close())

/** Each mined transaction costs 21,000 gas at 1 gwei in addition to its value. */
const feeWei = 21_000_000_000_000n

async function pay(nonce: number, valueWei: bigint, minutesAgo: number, ok = true): Promise<void> {
  const sweepId = await seedSweep(ledger.sql)
  const value = valueWei.toString()
  const gas = { sweepId, step: 'gas', sender: keeper, nonce, valueWei: value } as const
  await seedTransaction(ledger.sql, { ...gas, minedBlock: 10 + nonce })
  await ledger.sql`
    update transactions set mined_ok = ${ok},
      first_mined_at = now() - ${minutesAgo} * interval '1 minute' where sweep_id = ${sweepId}`
}

it('reports the watch, the gas payments of the last hour and their mean cost', async () => {
  const { facts } = createKeeperFigures(ledger.db)
  expect(await facts()).toEqual([])
  const balance = { balanceWei: 9n, uncommittedWei: 5n, alertBelowWei: 7n, emptyBelowWei: 2n }
  await ledger.keeperBook.announce(56, 'low', { ...balance, keeper })
  expect(await facts()).toEqual([
    {
      chainId: 56,
      uncommittedWei: 5n,
      emptyBelowWei: 2n,
      watchedSecondsAgo: expect.closeTo(0, -1),
      spentWei: 0n,
      averageCostWei: undefined,
    },
  ])
  await pay(0, 1_000n, 90)
  await pay(1, 3_000n, 30)
  // A payment that failed costs its fee only.
  await pay(2, 5_000n, 10, false)
  const [found] = await facts()
  expect(found?.spentWei).toBe(3_000n + 2n * feeWei)
  expect(found?.averageCostWei).toBeCloseTo(Number(feeWei) + 4_000 / 3, 0)
})

it('excludes a payment that is unmined, and a payment that a reorg took back', async () => {
  await ledger.sql`truncate transactions, attempts`
  const sweepId = await seedSweep(ledger.sql)
  await seedTransaction(ledger.sql, { sweepId, step: 'gas', sender: keeper, valueWei: '5' })
  const [unmined] = await createKeeperFigures(ledger.db).facts()
  expect(unmined).toMatchObject({ spentWei: 0n, averageCostWei: undefined })
  await ledger.sql`update transactions set first_mined_at = now()`
  const [removed] = await createKeeperFigures(ledger.db).facts()
  expect(removed).toMatchObject({ spentWei: 0n, averageCostWei: undefined })
})
