import { describe, expect, it } from 'vitest'
import { createScanStore } from '../../../../adapters/drizzle/scan/scan-store.ts'
import {
  chain,
  finds,
  header,
  type StoreBench,
  storeBench,
} from '../../../harness/benches/scan-store-bench.ts'
import { hash, who } from '../../../harness/factories/a-block.ts'

describe('the height up to which the scanner has read blocks for a token', () => {
  let own: StoreBench['own']
  let store: StoreBench['store']
  /** The store of a scanner that lists no token. */
  let without: StoreBench['store']
  storeBench((bench) => {
    ;({ own, store } = bench)
    without = createScanStore(bench.database.db, [{ ...chain, tokens: [] }])
  })
  const advance = (by: StoreBench['store'], n: number, fork = 0) =>
    by.storeFinds(56, BigInt(n), finds({ blocks: [header(n, fork)] }))

  it('is the cursor at which the token was first listed, also after the cursor moves', async () => {
    await advance(without, 11)
    await store.noteTokens(56)
    await advance(without, 12)
    await store.noteTokens(56)
    await advance(store, 13)
    expect(await store.unreadTokens(56)).toEqual([{ token: who.token, readTo: 11n }])
    expect(await without.unreadTokens(56)).toEqual([])
  })

  it('is 0 if the token was listed before the chain’s first scan', async () => {
    await own.sql`truncate scan_cursors, blocks`
    await store.noteTokens(56)
    await store.start(56, 11n, header(10))
    await advance(without, 11)
    expect(await store.unreadTokens(56)).toEqual([{ token: who.token, readTo: 0n }])
  })

  it('is the last block before a commit of a scanner that does not list the token', async () => {
    await store.noteTokens(56)
    await store.markTokensRead(56, [who.token], hash(10))
    await advance(store, 11)
    expect(await store.unreadTokens(56)).toEqual([])
    await advance(without, 12)
    await advance(without, 13)
    await advance(store, 14)
    expect(await store.unreadTokens(56)).toEqual([{ token: who.token, readTo: 11n }])
  })

  it('stays unchanged if another scanner has moved the cursor', async () => {
    await store.noteTokens(56)
    await advance(without, 11)
    const marked = store.markTokensRead(56, [who.token], hash(10))
    await expect(marked).rejects.toMatchObject({ name: 'CursorMoved' })
    expect(await store.unreadTokens(56)).toEqual([{ token: who.token, readTo: 10n }])
  })

  it('stays unchanged by a refused commit', async () => {
    await store.noteTokens(56)
    await store.markTokensRead(56, [who.token], hash(10))
    await expect(advance(without, 12)).rejects.toMatchObject({ name: 'CursorMoved' })
    expect(await store.unreadTokens(56)).toEqual([])
  })

  it('is never above the cursor after a reorg', async () => {
    for (const n of [11, 12, 13]) await advance(without, n)
    await store.noteTokens(56)
    await without.rewind(56, { height: 11n, hash: hash(11) }, hash(13))
    expect(await store.unreadTokens(56)).toEqual([{ token: who.token, readTo: 11n }])
    // A scanner that does not list the token reads another block at the height.
    await without.storeFinds(
      56,
      12n,
      finds({ blocks: [{ ...header(12, 100), parentHash: hash(11) }] }),
    )
    expect(await store.unreadTokens(56)).toEqual([{ token: who.token, readTo: 11n }])
  })
})
