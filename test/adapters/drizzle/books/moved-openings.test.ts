import { beforeEach, describe, expect, it } from 'vitest'
import { createOpeningBook } from '../../../../adapters/drizzle/books/opening-book.ts'
import { createRecoveryStore } from '../../../../adapters/drizzle/books/recovery-store.ts'
import type { ReadBalance } from '../../../../domain/books/opening-book.ts'
import type { SeenDeposit } from '../../../../domain/deposits/deposit.ts'
import {
  chain,
  confirmUpTo,
  finds,
  header,
  type StoreBench,
  seen,
  storeBench,
} from '../../../harness/benches/scan-store-bench.ts'
import { hash, who } from '../../../harness/factories/a-block.ts'
import { seedSweep, seedTransaction } from '../../../harness/factories/seed-rows.ts'

/** MONEY 25: opening balances that earlier sweeps moved. */
let own: StoreBench['own']
let store: StoreBench['store']
let database: StoreBench['database']
storeBench((bench) => {
  ;({ own, store, database } = bench)
})

const block = { number: 12n, hash: hash(12) }
const order = { operator: 'ann', reason: 'onboarding', dryRun: false }
const usdt = (amount: bigint): ReadBalance => ({ wallet: who.wallet, asset: who.token, amount })
const adopt = (balances: readonly ReadBalance[]) =>
  createOpeningBook(database.db, chain).adopt(56, block, balances, order)
const events = async (type: string) =>
  (await own.sql`select body from outbox where route = ${type} order by id`).map(
    ({ body }) => body as { seq: number },
  )
/** Reads old blocks again, and finds this deposit. */
const findLate = (deposit: SeenDeposit) =>
  store.storeFinds(56, 12n, finds({ deposits: [deposit], reread: [] }))
const late = (amount: bigint, blockNumber: bigint) =>
  seen(Number(blockNumber), { amount, asset: who.token, position: '3', logOrder: 3 })

beforeEach(async () => {
  await own.sql`insert into wallets ${own.sql({ address: who.wallet })}`
  await own.sql`update scan_cursors set wallet_seq = 1`
  await store.noteTokens(56)
  await store.markTokensRead(56, [who.token], hash(10))
  for (const n of [11, 12, 13]) await store.storeFinds(56, 13n, finds({ blocks: [header(n)] }))
  await confirmUpTo(store, 12n)
  await own.sql`delete from outbox`
})

describe('money that left in earlier sweeps', () => {
  let swept: (block: number, amount: number, leftover?: number, txIndex?: number) => Promise<string>
  beforeEach(() => {
    swept = async (at, amount, leftover = 0, txIndex = 0) => {
      const id = await seedSweep(own.sql, { wallet: who.wallet, asset: who.token })
      await own.sql`update sweeps set closed_at = now(), outcome = 'swept', block_number = ${at},
        tx_index = ${txIndex}, tx_hash = ${hash(900 + at + 50 * txIndex)}, left_amount = ${amount}, emptied = true,
        arrived_amount = ${amount}, coverable_amount = ${amount + leftover}, gas_spent_wei = 1
        where id = ${id}`
      return id
    }
  })
  const covers = async () =>
    (
      await own.sql`select s.block_number as n, d.state, d.amount, d.position from deposits d
        left join sweeps s on s.id = d.sweep_id and d.covered order by 1, 4`
    ).map(({ n, state, amount }) => `${n} ${state} ${amount}`)

  it('becomes one covered opening for each of them, and one for what is in the wallet', async () => {
    await swept(4, 5)
    await swept(8, 6)
    const { adopted } = await adopt([usdt(9n)])
    expect(adopted.map(({ amount }) => amount)).toEqual([5n, 6n, 9n])
    expect(await covers()).toEqual(['4 done 5', '8 done 6', 'null waiting 9'])
    expect((await events('balance.adopted')).map(({ seq }) => seq)).toEqual([1, 1, 1])
    expect(await own.sql`select route from outbox where route like 'deposit.%'`).toEqual([])
    expect(await own.sql`select 1 from outbox where kind = 'work'`).toHaveLength(1)
    expect((await adopt([usdt(9n)])).adopted).toEqual([])
  })

  it('becomes one covered opening for each of two sweeps that one block included', async () => {
    await swept(4, 5)
    await swept(4, 6, 0, 1)
    const { adopted } = await adopt([usdt(9n)])
    expect(adopted.map(({ amount }) => amount)).toEqual([5n, 6n, 9n])
    expect(new Set(adopted.map(({ depositId }) => depositId)).size).toBe(3)
    expect(await covers()).toEqual(['4 done 5', '4 done 6', 'null waiting 9'])
  })

  it('is not claimed by a deposit row that a sweep moved: that one is covered first', async () => {
    await swept(4, 5)
    await findLate(late(5n, 3n))
    await own.sql`update deposits set state = 'waiting', confirmed_at = now()`
    await swept(8, 6)
    expect((await adopt([usdt(0n)])).adopted).toMatchObject([{ amount: 6n }])
    expect(await covers()).toEqual(['4 done 5', '8 done 6'])
  })

  it('gives room in the sweep that moved it to a deposit that is found later', async () => {
    await swept(4, 5)
    await swept(8, 6)
    await adopt([usdt(9n)])
    await findLate(late(6n, 6n))
    await confirmUpTo(store, 12n)
    expect(await covers()).toEqual([
      '4 done 5',
      'null waiting 6',
      'null waiting 9',
      'null orphaned 6',
    ])
  })

  it('is no money of a lost sweep before the block, which recover books afterwards', async () => {
    const { adopted } = await adopt([usdt(9n)])
    const txHash = hash(908)
    await own.sql`insert into foreign_transactions ${own.sql({ chain_id: 56, sender: who.wallet, nonce: 0, hash: txHash })}`
    await own.sql`insert into lanes ${own.sql({ chain_id: 56, sender: who.wallet, role: 'wallet', entry_nonce: 0, next_nonce: 0, closed_reason: 'behind' })}`
    const recovery = createRecoveryStore(database.db)
    const outcome = {
      txHash,
      blockNumber: 11n,
      txIndex: 0,
      arrivedAmount: 9n,
      leftAmount: 9n,
      coverableAmount: 9n,
      logOrder: 0,
      creditsBefore: 0,
      gasSpentWei: 1n,
    }
    const explanation = { kind: 'sweep', wallet: who.wallet, asset: who.token, outcome } as const
    const adoption = { nonce: 0n, hash: txHash, explanation, emptied: true, taken: [] }
    const lane = { chainId: 56, sender: who.wallet, adoptions: [adoption], nextNonce: 1n }
    expect(await recovery.recover({ ...lane, operator: 'ann', reason: 'a backup' })).toEqual({
      covered: 0,
    })
    expect(await covers()).toEqual(['null waiting 9'])
    expect(adopted).toHaveLength(1)
    // The lost sweep moved 9 more, of which no row knew.
    expect((await adopt([usdt(9n)])).adopted).toMatchObject([{ amount: 9n }])
    expect(await covers()).toEqual(['11 done 9', 'null waiting 9'])
  })

  it('is judged later if a sweep is newer than the block', async () => {
    await swept(13, 5)
    const { adopted, skipped } = await adopt([usdt(9n)])
    expect(adopted).toEqual([])
    expect(skipped).toMatchObject([{ why: expect.stringContaining('newer than the block') }])
  })
})

describe('the gas reserve of the last native sweep', () => {
  const fee = 21_000n * 1_000_000_000n

  /** The wallet gets gas of 10 fees, sweeps ETH with a reserve of 3 fees, and sweeps a token. */
  beforeEach(async () => {
    const sweepId = await seedSweep(own.sql, { wallet: who.wallet })
    const left = 1_000n + 8n * fee
    await own.sql`update sweeps set closed_at = now(), outcome = 'swept', block_number = 5,
      tx_index = 0, tx_hash = ${hash(905)}, left_amount = ${String(left)}, emptied = false,
      arrived_amount = ${String(left - fee)}, coverable_amount = ${String(left + 2n * fee)},
      gas_spent_wei = ${String(fee)} where id = ${sweepId}`
    const tokens = await seedSweep(own.sql, { wallet: who.wallet, asset: who.token })
    await own.sql`update sweeps set closed_at = now(), outcome = 'void' where id = ${tokens}`
    const ended = { state: 'succeeded' } as const
    const gas = { sweepId, step: 'gas', sender: who.keeper, minedBlock: 3, ...ended } as const
    await seedTransaction(own.sql, { ...gas, valueWei: String(10n * fee) })
    await own.sql`update transactions set "to" = ${who.wallet}`
    const out = { step: 'sweep', sender: who.wallet, ...ended } as const
    const value = String(left - fee)
    await seedTransaction(own.sql, { ...out, sweepId, nonce: 1, minedBlock: 5, valueWei: value })
    const call = { ...out, sweepId: tokens, nonce: 2, minedBlock: 8, valueWei: '0' }
    await seedTransaction(own.sql, call)
  })

  it('counts only as far as later token sweeps have not spent it', async () => {
    // 2 fees of the reserve were left, and the token sweep cost 1. So 7 of the balance came since.
    const balance = { wallet: who.wallet, asset: 'native', amount: fee + 7n } as const
    const { adopted } = await adopt([balance])
    expect(adopted.map(({ amount, movedBy }) => [amount, movedBy?.blockNumber])).toEqual([
      [1_000n, 5n],
      [7n, undefined],
    ])
  })
})
