import { and, eq, inArray, sql } from 'drizzle-orm'
import type { BlockHeader } from '../../../domain/chains/block.ts'
import { CursorMoved } from '../../../domain/errors.ts'
import type { Finds, ScanCursor, Stored } from '../../../domain/scan/scan-store.ts'
import { blocks, scanCursors } from '../../../drizzle/schema.ts'
import { chunks } from '../chunks.ts'
import { lockCursor } from '../cursor.ts'
import { startConfirming } from '../deposits/credit-deposits.ts'
import { storeDeposits } from '../deposits/store-deposits.ts'
import { storeRefills } from '../keeper/store-refills.ts'
import { blockEvent, minedAt, owe } from '../outbox/events.ts'
import type { Queries } from '../queries.ts'
import type { ListedAssets } from './confirm.ts'
import { judgeOwnTransactions } from './judge-own-transactions.ts'
import { leaveUnlisted } from './listed-tokens.ts'
import { storeUnread } from './store-unread.ts'

/**
 * Commit 1: stores the finds of new blocks and moves the cursor. For a late read, which reads older
 * blocks again, it stores only the finds.
 */
export function storeFinds(
  db: Queries,
  chain: ListedAssets,
  head: bigint,
  finds: Finds,
): Promise<Stored> {
  const { id: chainId } = chain
  return db.transaction(async (tx) => {
    const cursor = await lockCursor(tx, chainId)
    const last = finds.blocks.at(-1)
    if (last) {
      await advance(tx, chainId, cursor, head, finds.blocks)
      await leaveUnlisted(tx, chain, cursor)
    } else await checkLateFinds(tx, chainId, cursor, finds)
    const newest = last?.number ?? cursor.height
    const stored = await storeDeposits(tx, chainId, finds.deposits, newest, finds)
    const refills = await storeRefills(tx, chainId, finds.refills)
    const judged = await judgeOwnTransactions(tx, cursor, chainId, finds.ownTransactions)
    const unread = await storeUnread(tx, cursor, chainId, finds)
    if (last) await startConfirming(tx, chainId, newest)
    const { detected, differences } = stored
    return { ...judged, ...unread, detected, differences: [...differences, ...refills] }
  })
}

async function advance(
  tx: Queries,
  chainId: number,
  cursor: ScanCursor,
  head: bigint,
  headers: readonly BlockHeader[],
): Promise<void> {
  const [first, last] = [headers[0], headers.at(-1)]
  if (!first || !last) return
  if (first.number !== cursor.height + 1n || first.parentHash !== cursor.hash) {
    throw new CursorMoved(
      `block ${first.number} does not follow the cursor of chain ${chainId} at ${cursor.height}`,
    )
  }
  for (const part of chunks(headers)) {
    const rows = part.map((header) => ({ ...header, chainId, minedAt: minedAt(header) }))
    await tx.insert(blocks).values(rows)
  }
  await owe(
    tx,
    headers.map((header) => blockEvent(chainId, header)),
  )
  await tx
    .update(scanCursors)
    .set({ height: last.number, hash: last.hash, headHeight: head, updatedAt: sql`now()` })
    .where(eq(scanCursors.chainId, chainId))
}

/**
 * Checks that the blocks of a late read are still the stored blocks, because such a read takes long
 * and the chain may have been rewound meanwhile. Blocks without finds are checked too, because an
 * endpoint on another fork may return an empty block at the height of unread transactions.
 */
async function checkLateFinds(
  tx: Queries,
  chainId: number,
  cursor: ScanCursor,
  finds: Finds,
): Promise<void> {
  const read = (finds.reread ?? []).map(({ number: blockNumber, hash: blockHash }) => ({
    blockNumber,
    blockHash,
  }))
  const { deposits: seen, refills, ownTransactions, unread } = finds
  const found = [...seen, ...refills, ...ownTransactions, ...unread, ...read]
  const heights = [...new Set(found.map(({ blockNumber }) => blockNumber))]
  const hashAt = new Map<bigint, string>()
  for (const part of chunks(heights)) {
    const rows = await tx
      .select({ number: blocks.number, hash: blocks.hash })
      .from(blocks)
      .where(and(eq(blocks.chainId, chainId), inArray(blocks.number, part)))
    for (const { number, hash } of rows) hashAt.set(number, hash)
  }
  for (const { blockNumber, blockHash } of found) {
    // If the header is no longer stored, the block is too old for a reorg.
    const stored = hashAt.get(blockNumber) ?? blockHash
    if (blockNumber > cursor.height || stored !== blockHash) {
      throw new CursorMoved(`block ${blockNumber} of chain ${chainId} is not the one that was read`)
    }
  }
}
