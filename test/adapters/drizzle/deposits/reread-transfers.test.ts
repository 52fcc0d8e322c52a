import { describe, expect, it } from 'vitest'
import { createDepositOrders } from '../../../../adapters/drizzle/sweeps/deposit-orders.ts'
import type { SeenDeposit } from '../../../../domain/deposits/deposit.ts'
import type { Position } from '../../../../domain/deposits/deposit-id.ts'
import type { Finds } from '../../../../domain/scan/scan-store.ts'
import {
  confirmUpTo,
  finds,
  header,
  type StoreBench,
  seen,
  storeBench,
} from '../../../harness/benches/scan-store-bench.ts'
import { hash, who } from '../../../harness/factories/a-block.ts'
import { cursorHash } from '../../../harness/services/cursor-hash.ts'

let bench: StoreBench
storeBench((own) => {
  bench = own
})

const txHash = seen(11).txHash
/** Returns a token transfer in the transaction of block 11, at a place in the list of logs. */
const at = (place: number, amount = 5n, more: Partial<SeenDeposit> = {}): SeenDeposit => {
  const position = `${place}` as Position
  const id = `56:${txHash}:${position}`
  return seen(11, { asset: who.token, position, logOrder: place, amount, id, ...more })
}
/** Returns an internal transfer in the same transaction, at a tracer’s path. */
const internal = (path: string, order: number): SeenDeposit =>
  at(order, 5n, {
    asset: 'native',
    position: `native-${path}`,
    id: `56:${txHash}:native-${path}`,
  })

/** Stores the first read of blocks 11 and 12. */
const read = (deposits: readonly SeenDeposit[]) =>
  bench.store.storeFinds(56, 12n, finds({ blocks: [header(11), header(12)], deposits }))
/** Stores a second read of block 11, which covers its transaction, its token and its traces. */
const reread = (deposits: readonly SeenDeposit[], more: Partial<Finds['scope']> = {}) =>
  bench.store.storeFinds(
    56,
    12n,
    finds({
      deposits,
      reread: [header(11)],
      scope: {
        transactions: [{ txHash, blockHash: hash(11) }],
        tokens: [who.token],
        traced: true,
        ...more,
      },
    }),
  )
/** Returns rows as `<position> <amount> <log order> <state>(<reason>)`. */
const rows = async () => {
  const all = await bench.own.sql`
    select position, amount, log_order, state, reason from deposits order by log_order, position`
  return all.map((row) =>
    `${row['position']} ${row['amount']} ${row['log_order']} ${row['state']}(${row['reason']})`.replace(
      '()',
      '',
    ),
  )
}
const kinds = ({ differences }: { differences: readonly { kind: string; depositId: string }[] }) =>
  differences.map(({ kind, depositId }) => `${kind} ${depositId.split(':')[2]}`)

describe('a re-read of a block whose logs have shifted (MONEY 13)', () => {
  it('recognises a known deposit at its new place and keeps the id of the deposit', async () => {
    await read([at(0)])
    await confirmUpTo(bench.store, 12n)
    const stored = await reread([at(1)])
    expect([stored.detected, stored.differences]).toEqual([[], []])
    expect(await rows()).toEqual(['0 5 1 waiting(queued)'])
  })

  it('keeps two equal transfers as the same two deposits, in whatever order the re-read lists them', async () => {
    await read([at(0), at(3)])
    const stored = await reread([at(4), at(1)])
    expect([stored.detected, stored.differences]).toEqual([[], []])
    expect(await rows()).toEqual(['0 5 1 confirming', '3 5 4 confirming'])
  })

  it('credits a backfilled wallet’s transfer under the next free id if a known deposit has the id of that place', async () => {
    await read([at(0)])
    await confirmUpTo(bench.store, 12n)
    const stored = await reread([at(0, 9n, { wallet: who.otherWallet }), at(1)])
    expect(stored).toMatchObject({ detected: [`56:${txHash}:1`], differences: [] })
    expect(await rows()).toEqual(['1 9 0 confirming', '0 5 1 waiting(queued)'])
    expect(await confirmUpTo(bench.store, 12n)).toBe(1)
    const again = await reread([at(0, 9n, { wallet: who.otherWallet }), at(1)])
    expect([again.detected, again.differences]).toEqual([[], []])
  })

  it('credits both of two equal deposits of a backfilled wallet', async () => {
    await read([at(0)])
    const other = { wallet: who.otherWallet }
    const stored = await reread([at(0), at(1, 5n, other), at(2, 5n, other)])
    expect([stored.detected.length, stored.differences]).toEqual([2, []])
  })

  it('keeps an internal transfer as the same deposit if another tracer numbers the transfer differently', async () => {
    await read([internal('0.1', 0)])
    const stored = await reread([internal('0.2', 1)])
    expect([stored.detected, stored.differences]).toEqual([[], []])
    expect(await rows()).toEqual(['native-0.1 5 1 confirming'])
  })

  it('books a payment to the keeper once, even if another tracer numbers the payment differently', async () => {
    const refill = (path: string) => ({
      ...{ chainId: 56, txHash, position: `native-${path}` as Position, keeper: who.keeper },
      ...{ sender: who.stranger, amountWei: 3n, blockNumber: 11n, blockHash: hash(11) },
    })
    const { store, own } = bench
    await store.storeFinds(
      56,
      12n,
      finds({ blocks: [header(11), header(12)], refills: [refill('0')] }),
    )
    await store.storeFinds(56, 12n, finds({ refills: [refill('1')] }))
    expect(await own.sql`select position from keeper_refills`).toMatchObject([
      { position: 'native-0' },
    ])
    const more = await store.storeFinds(56, 12n, finds({ refills: [refill('1'), refill('2')] }))
    expect(more.differences).toHaveLength(1)
    expect((await own.sql`select 1 from keeper_refills`).length).toBe(1)
  })
})

describe('one more equal transfer in a re-read of the same block', () => {
  it('is stored once, as confirming(content-differs), and the detail has both counts', async () => {
    await read([at(0)])
    await confirmUpTo(bench.store, 12n)
    expect(kinds(await reread([at(0), at(1)]))).toEqual(['extra 1'])
    expect(await rows()).toEqual(['0 5 0 waiting(queued)', '1 5 1 confirming(content-differs)'])
    const [row] = await bench.own.sql`select detail from deposits where position = '1'`
    expect(row?.['detail']).toContain(
      `block 11 listed this transfer (5 from ${who.stranger} to ${who.wallet}) 1 times in its transaction when it was read before, and 2 times or more now`,
    )
    expect(kinds(await reread([at(1), at(2)]))).toEqual([])
    expect(await confirmUpTo(bench.store, 12n)).toBe(0)
    expect(kinds(await reread([at(0), at(1), at(2)]))).toEqual(['extra 2'])
  })

  it('is credited after approve, and stays rejected after skip', async () => {
    const orders = createDepositOrders(bench.database.db)
    const by = { operator: 'ann', reason: 'looked at it' }
    await read([at(0)])
    await confirmUpTo(bench.store, 12n)
    await reread([at(0), at(1), at(2)])
    await orders.skip(`56:${txHash}:1`, by)
    await orders.approve(`56:${txHash}:2`, by)
    expect(await confirmUpTo(bench.store, 12n)).toBe(1)
    const expected = [
      '0 5 0 waiting(queued)',
      '1 5 1 ignored(rejected by ann)',
      '2 5 2 waiting(queued)',
    ]
    expect(await rows()).toEqual(expected)
    expect(kinds(await reread([at(0), at(1), at(2)]))).toEqual([])
    // One of three transfers is missing in this list. The rejected deposit counts as missing, so no
    // alarm follows.
    expect(kinds(await reread([at(1), at(2)]))).toEqual([])
    expect(kinds(await reread([at(1)]))).toEqual(['missing 2'])
  })
})

describe('a re-read of the same block that lacks a known transfer', () => {
  it('raises an alarm for a confirmed deposit and keeps the deposit', async () => {
    await read([at(0), at(1)])
    await confirmUpTo(bench.store, 12n)
    expect(kinds(await reread([at(0)]))).toEqual(['missing 1'])
    expect(kinds(await reread([]))).toEqual(['missing 0', 'missing 1'])
    expect(await rows()).toEqual(['0 5 0 waiting(queued)', '1 5 1 waiting(queued)'])
  })

  it('puts an unconfirmed deposit in doubt, until approve credits it', async () => {
    await read([at(0)])
    expect(kinds(await reread([]))).toEqual(['missing 0'])
    expect(await rows()).toEqual(['0 5 0 confirming(content-differs)'])
    expect(await confirmUpTo(bench.store, 12n)).toBe(0)
    const orders = createDepositOrders(bench.database.db)
    await orders.approve(`56:${txHash}:0`, { operator: 'ann', reason: 'it is there' })
    await reread([])
    expect(await confirmUpTo(bench.store, 12n)).toBe(1)
  })

  it('reports a missing transfer only if the re-read covers its token or its traces', async () => {
    await read([at(0), internal('0', 1)])
    expect(kinds(await reread([], { tokens: [], traced: false }))).toEqual([])
    expect(kinds(await reread([], { tokens: [], traced: true }))).toEqual(['missing native-0'])
  })

  it('reports a transaction that the block no longer lists, and changes no row', async () => {
    await read([at(0)])
    expect(kinds(await reread([], { transactions: [] }))).toEqual(['unlisted 0'])
    expect(await rows()).toEqual(['0 5 0 confirming'])
  })

  it('raises an alarm for other content at a confirmed deposit’s place, and stores the content under another id', async () => {
    await read([at(0)])
    await confirmUpTo(bench.store, 12n)
    expect(kinds(await reread([at(0, 9n)]))).toEqual(['missing 0'])
    expect(await rows()).toEqual(['0 5 0 waiting(queued)', '1 9 0 confirming'])
  })

  it('replaces an unconfirmed deposit by other content at the deposit’s place, with an alarm', async () => {
    await read([at(0)])
    expect(kinds(await reread([at(0, 9n)]))).toEqual(['replaced 0'])
    expect(await rows()).toEqual(['0 9 0 confirming'])
  })
})

describe('a reorg that includes the transaction again', () => {
  const fork = { blockHash: header(11, 500).hash }
  const reorg = async (deposits: readonly SeenDeposit[]) => {
    const { store, own } = bench
    await store.rewind(56, { height: 10n, hash: hash(10) }, await cursorHash(own.sql))
    return await store.storeFinds(
      56,
      12n,
      finds({ blocks: [header(11, 500), header(12, 500)], deposits }),
    )
  }

  it('restores each deposit with the same content under its old id if the logs have shifted', async () => {
    await read([at(0), at(1, 9n)])
    await confirmUpTo(bench.store, 12n)
    const stored = await reorg([at(1, 5n, fork), at(2, 9n, fork)])
    expect(stored.detected.toSorted()).toEqual([`56:${txHash}:0`, `56:${txHash}:1`])
    expect(stored.differences).toEqual([])
    expect(await rows()).toEqual(['0 5 1 confirming', '1 9 2 confirming'])
    expect(await confirmUpTo(bench.store, 12n)).toBe(2)
  })

  it('replaces the deposit at the same place if the transaction has another outcome', async () => {
    await read([at(0)])
    await reorg([at(0, 6n, fork)])
    expect(await rows()).toEqual(['0 6 0 confirming'])
  })

  it('credits one more equal transfer, because this is the first read of the new block', async () => {
    await read([at(0)])
    const stored = await reorg([at(0, 5n, fork), at(1, 5n, fork)])
    expect([stored.detected.length, stored.differences]).toEqual([2, []])
    expect(await confirmUpTo(bench.store, 12n)).toBe(2)
  })
})

it('finds the same 500 deposits in a re-read of 500 equal transfers of one transaction', async () => {
  await read(Array.from({ length: 500 }, (_, place) => at(place)))
  const stored = await reread(Array.from({ length: 500 }, (_, place) => at(place + 1)))
  expect([stored.detected, stored.differences]).toEqual([[], []])
  expect((await rows()).length).toBe(500)
})
