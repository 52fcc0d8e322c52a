import { expect, it } from 'vitest'
import type { SeenUnread } from '../../../domain/scan/unread.ts'
import { listedWhereMined } from '../../../scanner/backfill/reread-unread-block.ts'
import type { ScanDeps } from '../../../scanner/context/scan-deps.ts'
import { aBlock, aTransaction, hash, who } from '../../harness/factories/a-block.ts'

/** An unread transaction of block 7 whose receipts name block 8. */
const moved: SeenUnread = {
  hash: hash(0xcd),
  blockNumber: 7n,
  blockHash: hash(7),
  sender: who.stranger,
  nonce: 0n,
  own: false,
  absent: true,
  minedIn: { number: 8n, hash: hash(8) },
  why: 'its receipt names block 8',
}

/**
 * Runs `listedWhereMined` at a node whose block 8 lists `transactions`.
 * @param stored the stored hash of the block at height 8
 */
const ask = (
  unread: readonly SeenUnread[],
  transactions = [aTransaction({ hash: hash(0xcd) })],
  stored = hash(8),
) =>
  listedWhereMined(
    {
      chain: { id: 1 },
      store: { storedHash: async () => stored },
      reader: { endpoint: () => ({ block: async () => aBlock({ number: 8n, transactions }) }) },
    } as unknown as ScanDeps,
    unread,
    1,
  )

it('rereads the block that the receipts name if the block lists the transaction', async () => {
  expect(await ask([moved])).toEqual([{ hash: moved.hash, minedIn: moved.minedIn }])
})

it('keeps a transaction unread if the block in its receipts does not list it', async () => {
  expect(await ask([moved], [])).toEqual([])
})

it('keeps a transaction unread if its receipts name an orphaned block or disagree', async () => {
  const { minedIn: _, ...disagreed } = moved
  expect(await ask([moved], undefined, hash(99))).toEqual([])
  expect(await ask([disagreed])).toEqual([])
})
