import { and, eq, gt, inArray, isNotNull, isNull, notInArray } from 'drizzle-orm'
import type { Address, Hash } from '../../../domain/address.ts'
import { CursorMoved } from '../../../domain/errors.ts'
import type { ScanCursor, TokenGap, UnsearchedToken } from '../../../domain/scan/scan-store.ts'
import { listedTokens } from '../../../drizzle/schema.ts'
import { lockCursor } from '../cursor.ts'
import type { Queries } from '../queries.ts'
import type { ListedAssets } from './confirm.ts'
import { addGaps, cutGapsAbove } from './token-gaps.ts'

type TokenList = Pick<ListedAssets, 'id' | 'tokens'>

/** `readTo` of a token that no scanner has listed before. */
const neverRead = 0n

/**
 * Notes the tokens that no scanner of this deployment has listed before. All blocks that were read
 * until now lack these tokens. Every standby scanner calls this function repeatedly, so it writes
 * only if a token is new.
 */
export async function noteTokens(db: Queries, chain: TokenList): Promise<void> {
  const rows = await db
    .select({ token: listedTokens.token })
    .from(listedTokens)
    .where(eq(listedTokens.chainId, chain.id))
  const known = new Set(rows.map(({ token }) => token))
  const added = idsOf(chain).filter((token) => !known.has(token))
  if (added.length === 0) return
  await db
    .insert(listedTokens)
    .values(added.map((token) => ({ chainId: chain.id, token, readTo: neverRead })))
    .onConflictDoNothing()
}

/**
 * Returns the listed tokens that still need a backfill, each with the last block that was read for
 * the token.
 */
export async function unreadTokens(
  db: Queries,
  chain: TokenList,
): Promise<readonly UnsearchedToken[]> {
  const rows = await db
    .select({
      token: listedTokens.token,
      readTo: listedTokens.readTo,
      backfillTo: listedTokens.backfillTo,
    })
    .from(listedTokens)
    .where(and(listedOf(chain), isNotNull(listedTokens.readTo)))
    .orderBy(listedTokens.token)
  return rows as UnsearchedToken[]
}

/** Records the begin of a backfill, and the older blocks that it leaves out as gaps. */
export function beginTokenBackfill(
  db: Queries,
  chainId: number,
  tokens: readonly Pick<UnsearchedToken, 'token' | 'readTo'>[],
  gaps: readonly TokenGap[],
  cursor: Hash,
): Promise<void> {
  return db.transaction(async (tx) => {
    const { height } = await lockUnmoved(tx, chainId, cursor)
    for (const { token, readTo } of tokens) {
      await tx
        .update(listedTokens)
        .set({ readTo, backfillTo: height })
        .where(and(eq(listedTokens.chainId, chainId), eq(listedTokens.token, token)))
    }
    await addGaps(tx, chainId, gaps)
  })
}

/**
 * Marks tokens as read up to the cursor, after their backfill.
 * @throws CursorMoved when the cursor has moved since
 */
export function markTokensRead(
  db: Queries,
  chainId: number,
  tokens: readonly Address[],
  cursor: Hash,
): Promise<void> {
  return db.transaction(async (tx) => {
    await lockUnmoved(tx, chainId, cursor)
    await tx
      .update(listedTokens)
      .set({ readTo: null, backfillTo: null })
      .where(and(eq(listedTokens.chainId, chainId), inArray(listedTokens.token, [...tokens])))
  })
}

async function lockUnmoved(tx: Queries, chainId: number, cursor: Hash): Promise<ScanCursor> {
  const locked = await lockCursor(tx, chainId)
  if (locked.hash !== cursor)
    throw new CursorMoved('another scanner has moved the cursor meanwhile')
  return locked
}

/**
 * Part of commit 1: marks tokens that this scanner does not list as read only up to the previous
 * cursor. Writes only if the scanner that moved the cursor before lists a token that this scanner
 * lacks.
 */
export async function leaveUnlisted(
  tx: Queries,
  chain: TokenList,
  { height }: Pick<ScanCursor, 'height'>,
): Promise<void> {
  await tx
    .update(listedTokens)
    .set({ readTo: height })
    .where(
      and(
        eq(listedTokens.chainId, chain.id),
        isNull(listedTokens.readTo),
        notInArray(listedTokens.token, idsOf(chain)),
      ),
    )
}

/**
 * Part of a rewind: lowers `readTo` to the fork point, because the scanner may read the blocks
 * above it again without these tokens.
 */
export async function rewindTokens(tx: Queries, chainId: number, fork: bigint): Promise<void> {
  await tx
    .update(listedTokens)
    .set({ readTo: fork })
    .where(and(eq(listedTokens.chainId, chainId), gt(listedTokens.readTo, fork)))
  await tx
    .update(listedTokens)
    .set({ backfillTo: fork })
    .where(and(eq(listedTokens.chainId, chainId), gt(listedTokens.backfillTo, fork)))
  await cutGapsAbove(tx, chainId, fork)
}

const listedOf = (chain: TokenList) =>
  and(eq(listedTokens.chainId, chain.id), inArray(listedTokens.token, idsOf(chain)))

const idsOf = ({ tokens }: TokenList): string[] => tokens.map(({ id }) => id)
