import { and, eq, isNull, lt } from 'drizzle-orm'
import type { Address, Hash } from '../../../domain/address.ts'
import type { BlockHeader } from '../../../domain/chains/block.ts'
import type { ScanStore } from '../../../domain/scan/scan-store.ts'
import { blocks, keepers, scanCursors } from '../../../drizzle/schema.ts'
import { readCursor } from '../cursor.ts'
import { createBackingStore } from '../deposits/backing-store.ts'
import { doubted, hasApproved, noteUnconfirmed, withdrawDoubt } from '../deposits/doubts.ts'
import { storedTransfers } from '../deposits/stored-transfers.ts'
import { withDatabaseErrors } from '../errors.ts'
import { openKeepers } from '../keeper/register-keeper.ts'
import { minedAt } from '../outbox/events.ts'
import type { Queries } from '../queries.ts'
import { confirm, type ListedAssets } from './confirm.ts'
import { due } from './due.ts'
import { beginTokenBackfill, markTokensRead, noteTokens, unreadTokens } from './listed-tokens.ts'
import { rewind } from './rewind.ts'
import { storeFinds } from './store-finds.ts'
import { closeGaps, openGaps } from './token-gaps.ts'
import { createUnreadStore } from './unread-store.ts'

/**
 * Creates the store through which the scanner reads and commits. `lead` is in leadership.ts,
 * because it needs a separate connection.
 * @param chains the served chains with their currently listed assets
 */
export function createScanStore(
  db: Queries,
  chains: readonly ListedAssets[],
): Omit<ScanStore, 'lead'> {
  const chainOf = (chainId: number): ListedAssets => {
    const chain = chains.find(({ id }) => id === chainId)
    if (!chain) throw new Error(`chain ${chainId} is not in the configuration`)
    return chain
  }
  return withDatabaseErrors<Omit<ScanStore, 'lead'>>({
    ...createBackingStore(db),
    cursor: (chainId) => readCursor(db, chainId),
    start: (chainId, startHeight, header) => start(db, chainId, startHeight, header),
    async storedHash(chainId, height) {
      const [row] = await db
        .select({ hash: blocks.hash })
        .from(blocks)
        .where(and(eq(blocks.chainId, chainId), eq(blocks.number, height)))
      return row?.hash as Hash | undefined
    },
    storedTransfers: (chainId, txHashes) => storedTransfers(db, chainId, txHashes),
    async keepers(chainId) {
      const rows = await db
        .select({ address: keepers.address })
        .from(keepers)
        .where(eq(keepers.chainId, chainId))
      return rows.map(({ address }) => address as Address)
    },
    async unopened(chainId) {
      const rows = await db
        .select({ address: keepers.address })
        .from(keepers)
        .where(and(eq(keepers.chainId, chainId), isNull(keepers.openingBlock)))
      return rows.map(({ address }) => address as Address)
    },
    openKeepers: (chainId, openings) => openKeepers(db, chainId, openings),
    noteTokens: (chainId) => noteTokens(db, chainOf(chainId)),
    unreadTokens: (chainId) => unreadTokens(db, chainOf(chainId)),
    beginTokenBackfill: (chainId, tokens, gaps, cursor) =>
      beginTokenBackfill(db, chainId, tokens, gaps, cursor),
    tokenGaps: (chainId) => openGaps(db, chainOf(chainId)),
    closeTokenGaps: (chainId, read) => closeGaps(db, chainOf(chainId), read),
    markTokensRead: (chainId, tokens, cursor) => markTokensRead(db, chainId, tokens, cursor),
    storeFinds: (chainId, head, finds) => storeFinds(db, chainOf(chainId), head, finds),
    confirm: (chainId, finalHeight, only) => confirm(db, chainOf(chainId), finalHeight, only),
    due: (chainId, finalHeight, limit, except) => due(db, chainId, finalHeight, limit, except),
    noteUnconfirmed: (depositId, reason, detail) => noteUnconfirmed(db, depositId, reason, detail),
    doubted: (chainId, doubt, limit) => doubted(db, chainId, doubt, limit),
    withdrawDoubt: (depositId, doubt) => withdrawDoubt(db, depositId, doubt),
    hasApproved: (chainId, height) => hasApproved(db, chainId, height),
    ...createUnreadStore(db),
    rewind: (chainId, fork, cursor) => rewind(db, chainId, fork, cursor),
    async forgetBlocksBelow(chainId, height) {
      await db.delete(blocks).where(and(eq(blocks.chainId, chainId), lt(blocks.number, height)))
    },
  })
}

/** Creates the cursor at the first start of a chain's scanner. A repeat changes nothing. */
function start(
  db: Queries,
  chainId: number,
  startHeight: bigint,
  header: BlockHeader,
): Promise<void> {
  const { number: height, hash } = header
  return db.transaction(async (tx) => {
    const begun = await tx
      .insert(scanCursors)
      .values({ chainId, startHeight, height, hash, headHeight: height, walletsHeight: height })
      .onConflictDoNothing()
      .returning()
    if (begun.length === 0) return
    await tx.insert(blocks).values({ ...header, chainId, minedAt: minedAt(header) })
  })
}
