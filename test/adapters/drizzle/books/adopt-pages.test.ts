import { sql } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { verifyAudit } from '../../../../adapters/drizzle/operators/audit.ts'
import { recordAction } from '../../../../adapters/drizzle/operators/note-order.ts'
import { type Address, toAddress } from '../../../../domain/address.ts'
import { native, openingBench } from '../../../harness/benches/opening-bench.ts'
import type { StoreBench } from '../../../harness/benches/scan-store-bench.ts'
import { hash, who } from '../../../harness/factories/a-block.ts'
import { seedSweep } from '../../../harness/factories/seed-rows.ts'
import { eventually } from '../../../harness/waiting/eventually.ts'

/** MONEY 25: one commit adopts a whole page of wallets. */
let own: StoreBench['own']
let database: StoreBench['database']
const { adopt } = openingBench((bench) => {
  ;({ own, database } = bench)
})

const sevenIn = (wallet: Address) => native(7n, wallet)
const walletOf = (n: number) => toAddress(`0x${n.toString(16).padStart(40, '0')}`)

describe('a page of adopted balances', () => {
  it('leaves the audit free for other orders until its last statement', async () => {
    const id = await seedSweep(own.sql, { wallet: who.wallet, asset: who.token })
    await own.sql`update sweeps set closed_at = now(), outcome = 'swept', block_number = 4,
      tx_index = 0, tx_hash = ${hash(904)}, left_amount = 5, emptied = true, arrived_amount = 5,
      coverable_amount = 5, gas_spent_wei = 1 where id = ${id}`
    // The trigger makes the commit wait where it covers the part that the sweep moved.
    await own.sql`create or replace function wait_for_test() returns trigger language plpgsql as $$
      begin perform pg_advisory_xact_lock(4711); return new; end $$`
    await own.sql`create trigger wait_for_test before update on deposits for each row
      when (new.covered) execute function wait_for_test()`
    try {
      await own.sql
        .begin(async (gate) => {
          await gate`select pg_advisory_xact_lock(4711)`
          const adopting = adopt([{ wallet: who.wallet, asset: who.token, amount: 0n }])
          adopting.catch(() => {})
          await eventually(
            () => own.sql`select 1 from pg_locks where locktype = 'advisory' and not granted`,
            (waiting) => waiting.length > 0,
          )
          await database.db.transaction(async (tx) => {
            await tx.execute(sql`set local lock_timeout = '1s'`)
            const action = { operator: 'bob', action: 'pause', subject: 'chain 56', reason: 'now' }
            await recordAction(tx, action)
          })
          return { adopting }
        })
        .then(async ({ adopting }) => expect((await adopting).adopted).toHaveLength(1))
    } finally {
      await own.sql`drop trigger wait_for_test on deposits`
    }
    const actions = await own.sql`select action from operator_actions order by id desc limit 2`
    expect(actions.map(({ action }) => action)).toEqual(['adopt-balance', 'pause'])
  })

  it('can have more rows than one statement takes, each with its row in the chained audit', async () => {
    const count = 4_200
    const { adopted } = await adopt(
      Array.from({ length: count }, (_, n) => sevenIn(walletOf(n + 1))),
    )
    expect(adopted).toHaveLength(count)
    const counted = await own.sql`select (select count(*)::int from deposits) as deposits,
      (select count(*)::int from opening_balances) as openings,
      (select count(distinct subject)::int from operator_actions where subject like '%opening-%native') as actions`
    expect(counted[0]).toMatchObject({ deposits: count, openings: count })
    expect(counted[0]?.['actions']).toBeGreaterThanOrEqual(count)
    expect((await verifyAudit(database.db)).broken).toBeUndefined()
  }, 120_000)
})
