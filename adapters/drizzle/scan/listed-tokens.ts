import { and, eq, gt, inArray, isNotNull, isNull, notInArray } from 'drizzle-orm'
import type { Address, Hash } from '../../../domain/address.ts'
import { CursorMoved } from '../../../domain/errors.ts'
import type { ScanCursor, UnreadToken } from '../../../domain/scan/scan-store.ts'
import { listedTokens, scanCursors } from '../../../drizzle/schema.ts'
import { lockCursor } from '../cursor.ts'
import type { Queries } from '../queries.ts'
import type { ListedAssets } from './confirm.ts'

type TokenList = Pick<ListedAssets, 'id' | 'tokens'>

/**
 * Notes the listed tokens. Every standby scanner calls this repeatedly, so it locks the cursor only
 * if a token is new.
 */
export async function noteTokens(db: Queries, chain: TokenList): Promise<void> {
  const rows = await db
    .select({ token: listedTokens.token })
    .from(listedTokens)
    .where(eq(listedTokens.chainId, chain.id))
  const known = new Set(rows.map(({ token }) => token))
  const added = idsOf(chain).filter((token) => !known.has(token))
  if (added.length === 0) return
  await db.transaction(async (tx) => {
    // A rewind between this read and the insert would leave `readTo` above the cursor.
    const [cursor] = await tx
      .select({ height: scanCursors.height })
      .from(scanCursors)
      .where(eq(scanCursors.chainId, chain.id))
      .for('update')
    const readTo = cursor?.height ?? 0n
    await tx
      .insert(listedTokens)
      .values(added.map((token) => ({ chainId: chain.id, token, readTo })))
      .onConflictDoNothing()
  })
}

export async function unreadTokens(db: Queries, chain: TokenList): Promise<readonly UnreadToken[]> {
  const rows = await db
    .select({ token: listedTokens.token, readTo: listedTokens.readTo })
    .from(listedTokens)
    .where(and(listedOf(chain), isNotNull(listedTokens.readTo)))
    .orderBy(listedTokens.token)
  return rows as UnreadToken[]
}

export function markTokensRead(
  db: Queries,
  chainId: number,
  tokens: readonly Address[],
  cursor: Hash,
): Promise<void> {
  return db.transaction(async (tx) => {
    const { hash } = await lockCursor(tx, chainId)
    if (hash !== cursor) throw new CursorMoved('another scanner has moved the cursor meanwhile')
    await tx
      .update(listedTokens)
      .set({ readTo: null })
      .where(and(eq(listedTokens.chainId, chainId), inArray(listedTokens.token, [...tokens])))
  })
}

/**
 * Part of commit 1. Writes only if the scanner that moved the cursor before lists a token that this
 * scanner lacks.
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

/** Part of a rewind: blocks above the fork point may be read again without these tokens. */
export async function rewindTokens(tx: Queries, chainId: number, fork: bigint): Promise<void> {
  await tx
    .update(listedTokens)
    .set({ readTo: fork })
    .where(and(eq(listedTokens.chainId, chainId), gt(listedTokens.readTo, fork)))
}

const listedOf = (chain: TokenList) =>
  and(eq(listedTokens.chainId, chain.id), inArray(listedTokens.token, idsOf(chain)))

const idsOf = ({ tokens }: TokenList): string[] => tokens.map(({ id }) => id)
