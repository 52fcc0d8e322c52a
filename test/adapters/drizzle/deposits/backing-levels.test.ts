import { describe, expect, it } from 'vitest'
import type { Address } from '../../../../domain/address.ts'
import type { MeasuredDeposit } from '../../../../domain/deposits/deposit.ts'
import { openUnreadRows } from '../../../../domain/scan/unread.ts'
import {
  finds,
  header,
  type StoreBench,
  seen,
  storeBench,
} from '../../../harness/benches/scan-store-bench.ts'
import { hash, who } from '../../../harness/factories/a-block.ts'
import { anUnreadTransaction as lost } from '../../../harness/factories/an-unread-transaction.ts'

/**
 * Returns a token credit in block 11. `backing` is the verdict by the delta, the balance change of
 * the block: `unread` if the delta could not be judged, `short` if the delta does not explain the
 * credit.
 */
const credit = (n: number, given: Partial<MeasuredDeposit> = {}): MeasuredDeposit => ({
  ...seen(11),
  id: `56:${hash(3_000 + n)}:0`,
  txHash: hash(3_000 + n),
  position: '0',
  asset: who.token,
  txIndex: n,
  logOrder: 0,
  ...given,
})

/**
 * The store’s `levels` return the amount that stored credits claim of a wallet’s balance. They are
 * partial if credits may still be missing.
 */
describe('levels of a wallet’s token balance (MONEY 24)', () => {
  let own: StoreBench['own']
  let store: StoreBench['store']
  storeBench((bench) => {
    ;({ own, store } = bench)
  })
  const of = [{ wallet: who.wallet as Address, asset: who.token as Address }]
  const levelAt = async (judgedTo: bigint) => (await store.levels(56, of, 11n, judgedTo))[0]

  it('claim a credit above judgedTo with an unread delta, but no credit with a short delta', async () => {
    const deposits = [
      credit(1, { amount: 7n, backing: 'unread' }),
      credit(2, { amount: 50n, backing: 'short' }),
    ]
    await store.storeFinds(56, 11n, finds({ blocks: [header(11)], deposits }))
    expect(await levelAt(11n)).toMatchObject({ claimed: 0n })
    expect(await levelAt(10n)).toMatchObject({ claimed: 7n })
  })

  it('claim a content-differs credit, unless its delta is short or an operator rejected it', async () => {
    const deposits = [
      credit(1, { amount: 3n }),
      credit(2, { amount: 7n, backing: 'unread' }),
      credit(3, { amount: 50n, backing: 'short' }),
    ]
    await store.storeFinds(56, 11n, finds({ blocks: [header(11)], deposits }))
    await own.sql`update deposits set state = 'confirming', doubt = 'content-differs'`
    expect(await levelAt(11n)).toMatchObject({ claimed: 10n })
    await own.sql`update deposits set state = 'ignored', reason = 'rejected by ann'`
    expect(await levelAt(11n)).toMatchObject({ claimed: 0n })
  })

  it('are partial while a receipt up to the block is unread', async () => {
    await store.storeFinds(56, 11n, finds({ blocks: [header(11)], unread: [lost(1)] }))
    expect(await levelAt(11n)).toMatchObject({ isPartial: true })
    expect((await store.levels(56, of, 10n, 10n))[0]).toMatchObject({ isPartial: false })
    await own.sql`update unread_transactions set answered_at = now()`
    expect(await levelAt(11n)).toMatchObject({ isPartial: false })
  })

  it('are partial while a range of blocks waits for a re-read, because too many transactions were unread', async () => {
    const many = Array.from({ length: openUnreadRows + 1 }, (_, n) => lost(n))
    await store.storeFinds(56, 11n, finds({ blocks: [header(11)], unread: many }))
    await own.sql`delete from unread_transactions`
    expect(await levelAt(11n)).toMatchObject({ isPartial: true })
  })

  it('are partial while a backfill of the wallet or of the token is open', async () => {
    await store.storeFinds(56, 11n, finds({ blocks: [header(11)] }))
    const seq = async (of: bigint) => own.sql`update scan_cursors set wallet_seq = ${String(of)}`
    await own.sql`insert into wallets (address, seq) values (${who.wallet}, 7)`
    await seq(6n)
    expect(await levelAt(11n)).toMatchObject({ isPartial: true })
    await seq(7n)
    expect(await levelAt(11n)).toMatchObject({ isPartial: false })
    await own.sql`
      insert into listed_tokens (chain_id, token, read_to) values (56, ${who.token}, 5)
      on conflict (chain_id, token) do update set read_to = 5`
    expect(await levelAt(11n)).toMatchObject({ isPartial: true })
    await own.sql`update listed_tokens set read_to = null`
    expect(await levelAt(11n)).toMatchObject({ isPartial: false })
  })

  it('are complete if only traces are unread, because traces contain no token credits', async () => {
    const unread = [lost(1, { untraced: true })]
    await store.storeFinds(56, 11n, finds({ blocks: [header(11)], unread }))
    expect(await levelAt(11n)).toMatchObject({ isPartial: false })
  })
})
