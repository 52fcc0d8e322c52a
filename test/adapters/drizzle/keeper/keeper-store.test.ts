import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { KeeperLevel } from '../../../../domain/keeper/keeper-capacity.ts'
import { aPlan, type OwnLedger, ownLedger } from '../../../harness/benches/own-ledger.ts'
import { keeper } from '../../../harness/factories/a-chain.ts'
import { drawAddress, seedTransaction } from '../../../harness/factories/seed-rows.ts'

const chainId = 31337
const balance = { balanceWei: 9n, uncommittedWei: 5n, alertBelowWei: 7n, emptyBelowWei: 2n, keeper }

describe('the keeper store, which announces the keeper’s level (MONEY 7)', () => {
  let ledger: OwnLedger
  beforeAll(async () => {
    ledger = await ownLedger()
  })
  afterAll(() => ledger.close())
  beforeEach(
    () =>
      ledger.sql`truncate outbox, keeper_watches, deposits, lanes, sweeps, keeper_drains, transactions, attempts`,
  )

  const announce = (level: KeeperLevel) => ledger.keeperBook.announce(chainId, level, balance)
  const told = () => ledger.sql<{ route: string; seq: number }[]>`
    select route, (body->>'seq')::int as seq from outbox order by id`

  it('announces each change of level once, in order', async () => {
    const levels: KeeperLevel[] = ['ok', 'low', 'low', 'empty', 'empty', 'low', 'ok', 'ok', 'low']
    const changed: boolean[] = []
    for (const level of levels) changed.push(await announce(level))
    expect(changed).toEqual([false, true, false, true, false, true, true, false, true])
    expect(await told()).toEqual([
      { route: 'keeper.low', seq: 1 },
      { route: 'keeper.empty', seq: 2 },
      { route: 'keeper.low', seq: 3 },
      { route: 'keeper.recovered', seq: 4 },
      { route: 'keeper.low', seq: 5 },
    ])
  })

  it('announces a keeper that is empty at the first check once, even from simultaneous checks', async () => {
    const changed = await Promise.all(Array.from({ length: 6 }, () => announce('empty')))
    expect(changed.filter(Boolean).length).toBe(1)
    expect(await told()).toEqual([{ route: 'keeper.empty', seq: 1 }])
  })

  it('stores the time of each check, even if the level is unchanged', async () => {
    await announce('low')
    await ledger.sql`update keeper_watches set looked_at = now() - interval '1 hour', since = looked_at`
    await announce('low')
    const [row] = await ledger.sql`
      select looked_at > now() - interval '1 minute' as fresh, since < looked_at as older from keeper_watches`
    expect(row).toEqual({ fresh: true, older: true })
  })

  it('publishes the amounts as strings', async () => {
    await announce('low')
    const [row] = await ledger.sql`select body from outbox`
    expect(row?.['body']).toMatchObject({
      v: 1,
      chainId,
      data: { balanceWei: '9', uncommittedWei: '5', alertBelowWei: '7' },
    })
  })

  it('lists the deposits that wait for keeper gas, oldest first and dust last, with the amount that each needs', async () => {
    const park = async (seconds: number, gasShortWei: bigint) => {
      const { deposit, sweep } = await ledger.claimed({ wallet: drawAddress() as `0x${string}` })
      await ledger.sweeps.savePlan(sweep.id, aPlan({ gasShortWei }))
      const change = {
        depositId: deposit.id,
        state: 'waiting',
        reason: 'keeper-low',
        detail: '',
      } as const
      await ledger.sweeps.releaseSweep(sweep.id, 'run-1', change)
      await ledger.sql`update deposits set since = ${new Date(seconds * 1_000)} where id = ${deposit.id}`
      return deposit.id
    }
    const [second, first, third] = [await park(2, 20n), await park(1, 10n), await park(3, 30n)]
    await ledger.put({ state: 'waiting', reason: 'lane-full' })
    await ledger.put({ state: 'waiting', reason: 'keeper-low', chainId: 56 })
    expect(await ledger.keeperBook.parked(chainId, 9)).toEqual([
      { depositId: first, shortWei: 10n },
      { depositId: second, shortWei: 20n },
      { depositId: third, shortWei: 30n },
    ])
    expect((await ledger.keeperBook.parked(chainId, 1)).length).toBe(1)
    const dust = await park(0, 5n)
    await ledger.sql`update deposits set dust_order_id = gen_random_uuid() where id = ${dust}`
    expect((await ledger.keeperBook.parked(chainId, 9)).at(-1)?.depositId).toBe(dust)
    await ledger.sql`update deposits set state = 'ignored' where id = ${dust}`
    // The gas of the first deposit is now signed. The uncommitted balance no longer contains the
    // amount, and the lane loop broadcasts the transaction. So `parked` leaves the deposit out.
    const { sweepId } = await ledger.read(first)
    await seedTransaction(ledger.sql, { sweepId: sweepId ?? '', step: 'gas', sender: keeper })
    const left = (await ledger.keeperBook.parked(chainId, 9)).map(({ depositId }) => depositId)
    expect(left).toEqual([second, third])
  })
})
