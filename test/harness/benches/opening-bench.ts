import { beforeEach } from 'vitest'
import { createOpeningBook } from '../../../adapters/drizzle/books/opening-book.ts'
import type { Address } from '../../../domain/address.ts'
import type { ReadBalance } from '../../../domain/books/opening-book.ts'
import type { SeenDeposit } from '../../../domain/deposits/deposit.ts'
import { hash, who } from '../factories/a-block.ts'
import {
  chain,
  confirmUpTo,
  finds,
  header,
  type StoreBench,
  seen,
  storeBench,
} from './scan-store-bench.ts'

const block = { number: 12n, hash: hash(12) }
const order = { operator: 'ann', reason: 'onboarding', dryRun: false }

export const native = (amount: bigint, wallet: Address = who.wallet): ReadBalance => ({
  wallet,
  asset: 'native',
  amount,
})
export const usdt = (amount: bigint): ReadBalance => ({
  wallet: who.wallet,
  asset: who.token,
  amount,
})
/** A deposit of an old block. @default block 5 */
export const late = (amount: bigint, given: Partial<SeenDeposit> = {}) =>
  seen(Number(given.blockNumber ?? 5n), { amount, ...given })

/**
 * A scan store whose blocks up to 12 are final, with one wallet and one token, for orders to adopt
 * balances (MONEY 25). Registers the hooks of the caller's tests.
 * @param begin called before each test, with the stores of that test
 */
export function openingBench(begin: (bench: StoreBench) => void) {
  let bench: StoreBench
  storeBench((made) => {
    bench = made
    begin(made)
  })
  beforeEach(async () => {
    const { own, store } = bench
    await own.sql`insert into wallets ${own.sql({ address: who.wallet })}`
    await own.sql`update scan_cursors set wallet_seq = 1`
    await store.noteTokens(56)
    await store.markTokensRead(56, [who.token], hash(10))
    for (const n of [11, 12, 13]) await store.storeFinds(56, 13n, finds({ blocks: [header(n)] }))
    await confirmUpTo(store, 12n)
    await own.sql`delete from outbox`
  })
  return {
    adopt: (balances: readonly ReadBalance[], given: Partial<typeof order> = {}, at = block) =>
      createOpeningBook(bench.database.db, chain).adopt(56, at, balances, { ...order, ...given }),
    /** `<position> <state>(<reason>) <amount>` of each deposit. */
    async rows(): Promise<readonly string[]> {
      const rows = await bench.own
        .sql`select position, state, reason, amount from deposits order by position, amount`
      return rows.map(
        ({ position, state, reason, amount }) =>
          `${position.startsWith('opening-') ? 'opening' : position} ${state}(${reason}) ${amount}`,
      )
    },
    async events(type: string) {
      const rows = await bench.own.sql`select body from outbox where route = ${type} order by id`
      return rows.map(
        ({ body }) => body as { depositId: string; seq: number; data: Record<string, unknown> },
      )
    },
    /** Reads old blocks again, and finds these deposits. */
    findLate: (...found: readonly SeenDeposit[]) =>
      bench.store.storeFinds(56, 12n, finds({ deposits: found, reread: [] })),
  }
}
