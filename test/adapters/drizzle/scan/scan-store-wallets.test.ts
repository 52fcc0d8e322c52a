import postgres from 'postgres'
import { describe, expect, it } from 'vitest'
import { createWalletStore } from '../../../../adapters/drizzle/scan/wallet-store.ts'
import type { Address } from '../../../../domain/address.ts'
import {
  finds,
  header,
  type StoreBench,
  storeBench,
} from '../../../harness/benches/scan-store-bench.ts'
import { address, hash } from '../../../harness/factories/a-block.ts'
import { eventually } from '../../../harness/waiting/eventually.ts'

describe('headers and wallets in the scan store', () => {
  let own: StoreBench['own']
  let database: StoreBench['database']
  let store: StoreBench['store']
  storeBench((bench) => {
    ;({ own, database, store } = bench)
  })

  it('forgetBlocksBelow deletes the headers below a height', async () => {
    await store.storeFinds(56, 12n, finds({ blocks: [header(11), header(12)] }))
    await store.forgetBlocksBelow(56, 12n)
    expect(await store.storedHash(56, 11n)).toBeUndefined()
    expect(await store.storedHash(56, 12n)).toBe(hash(12))
  })

  it('each wallet gets one sequence number, in commit order, even from simultaneous writers', async () => {
    const wallets = createWalletStore(database.db)
    const batch = (from: number): Address[] =>
      Array.from({ length: 200 }, (_, i) => address(from + i))
    const added = await Promise.all([0, 100, 200, 0].map((from) => wallets.add(batch(from))))
    expect(added.reduce((a, b) => a + b)).toBe(400)
    const met: Address[] = []
    let last = 0n
    for await (const { addresses, seq } of wallets.since(0n)) {
      met.push(...addresses)
      expect(seq).toBeGreaterThan(last)
      last = seq
    }
    expect(new Set(met).size).toBe(400)
    expect(met).toHaveLength(400)
    for await (const _ of wallets.since(last)) expect.unreachable()
  })

  it('add waits for a concurrent writer, so that no reader skips an uncommitted sequence number', async () => {
    const wallets = createWalletStore(database.db)
    const waits = async () =>
      (
        await own.sql`select 1 from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'`
      ).length
    const other = postgres(own.url, { max: 1 })
    let adding: Promise<number> | undefined
    await other.begin(async (tx) => {
      await tx`insert into wallets (address) values (${address(1)})`
      adding = wallets.add([address(2)])
      await eventually(waits, (count) => count === 1)
      for await (const _ of wallets.since(0n)) expect.unreachable()
    })
    expect(await adding).toBe(1)
    await other.end()
  })

  it('matching returns only the candidates that are user wallets', async () => {
    const wallets = createWalletStore(database.db)
    await wallets.add([address(1), address(2)])
    expect(await wallets.matching([address(2), address(3)])).toEqual(new Set([address(2)]))
    await wallets.setWatched(56, 2n, 10n, hash(10))
    expect(await store.cursor(56)).toMatchObject({ walletSeq: 2n, walletsHeight: 10n })
  })
})
