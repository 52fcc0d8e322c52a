import { and, asc, eq, gt, gte, inArray, isNull, lte, type SQL, sql } from 'drizzle-orm'
import type { Address } from '../../../domain/address.ts'
import type { TokenGap } from '../../../domain/scan/scan-store.ts'
import { tokenGaps } from '../../../drizzle/schema.ts'
import { recordAction } from '../operators/note-order.ts'
import type { Queries } from '../queries.ts'
import type { ListedAssets } from './confirm.ts'

// Every statement that writes the table `token_gaps`.

type TokenList = Pick<ListedAssets, 'id' | 'tokens'>

/** An open gap, as operators see it. */
export interface NotedGap extends TokenGap {
  readonly chainId: number
  readonly notedAt: Date
}

/** Adds gaps in the caller's commit. A gap that existed before a rewind is open again. */
export async function addGaps(
  tx: Queries,
  chainId: number,
  gaps: readonly TokenGap[],
): Promise<void> {
  if (gaps.length === 0) return
  await tx
    .insert(tokenGaps)
    .values(gaps.map(({ token, from, to }) => ({ chainId, token, fromBlock: from, toBlock: to })))
    .onConflictDoUpdate({
      target: [tokenGaps.chainId, tokenGaps.token, tokenGaps.fromBlock],
      set: {
        toBlock: sql`greatest(${tokenGaps.toBlock}, excluded.to_block)`,
        answeredBy: null,
        answeredReason: null,
        answeredAt: null,
      },
    })
}

/** Returns the open gaps of the listed tokens, in the order of their blocks. */
export function openGaps(db: Queries, chain: TokenList): Promise<readonly NotedGap[]> {
  return readOpen(db, gapsOf(chain))
}

/** Returns the open gaps of a chain, also of tokens that are no longer listed. */
export function openGapsOfChain(db: Queries, chainId: number): Promise<readonly NotedGap[]> {
  return readOpen(db, eq(tokenGaps.chainId, chainId))
}

/** Returns the open gaps of a token on all chains. */
export function openGapsOfToken(db: Queries, token: Address): Promise<readonly NotedGap[]> {
  return readOpen(db, eq(tokenGaps.token, token))
}

async function readOpen(db: Queries, which: SQL | undefined): Promise<readonly NotedGap[]> {
  const rows = await db
    .select({
      chainId: tokenGaps.chainId,
      token: tokenGaps.token,
      from: tokenGaps.fromBlock,
      to: tokenGaps.toBlock,
      notedAt: tokenGaps.notedAt,
    })
    .from(tokenGaps)
    .where(and(which, isNull(tokenGaps.answeredAt)))
    .orderBy(asc(tokenGaps.fromBlock), asc(tokenGaps.token))
  return rows as NotedGap[]
}

/** Removes blocks that were read with the listed tokens from the gaps of these tokens. */
export function closeGaps(
  db: Queries,
  chain: TokenList,
  { from, to }: Pick<TokenGap, 'from' | 'to'>,
): Promise<void> {
  return db.transaction(async (tx) => {
    const hit = await tx
      .delete(tokenGaps)
      .where(and(gapsOf(chain), lte(tokenGaps.fromBlock, to), gte(tokenGaps.toBlock, from)))
      .returning()
    const left = hit.flatMap((row) => [
      ...(row.fromBlock < from ? [{ ...row, toBlock: from - 1n }] : []),
      ...(row.toBlock > to ? [{ ...row, fromBlock: to + 1n }] : []),
    ])
    if (left.length > 0) await tx.insert(tokenGaps).values(left)
  })
}

/**
 * Ends the gaps of a token by an operator's answer that these blocks need no search. The rows are
 * kept as a record.
 * @returns the gaps that this call ended
 */
export function answerGaps(
  db: Queries,
  { chainId, token }: { readonly chainId: number; readonly token: Address },
  { operator, reason }: { readonly operator: string; readonly reason: string },
): Promise<readonly TokenGap[]> {
  return db.transaction(async (tx) => {
    const rows = await tx
      .update(tokenGaps)
      .set({ answeredBy: operator, answeredReason: reason, answeredAt: sql`now()` })
      .where(
        and(
          eq(tokenGaps.chainId, chainId),
          eq(tokenGaps.token, token),
          isNull(tokenGaps.answeredAt),
        ),
      )
      .returning()
    if (rows.length === 0) return []
    const blocks = rows.map(({ fromBlock, toBlock }) => `${fromBlock} to ${toBlock}`).join(', ')
    await recordAction(tx, {
      operator,
      action: 'unread-answer',
      subject: `${chainId}:${token}`,
      reason: `${reason} (blocks ${blocks})`,
    })
    return rows.map(({ fromBlock, toBlock }) => ({ token, from: fromBlock, to: toBlock }))
  })
}

/** Part of a rewind: lowers the ends of gaps to the fork point. Later blocks are read again. */
export async function cutGapsAbove(tx: Queries, chainId: number, fork: bigint): Promise<void> {
  const ofChain = eq(tokenGaps.chainId, chainId)
  await tx.delete(tokenGaps).where(and(ofChain, gt(tokenGaps.fromBlock, fork)))
  await tx
    .update(tokenGaps)
    .set({ toBlock: fork })
    .where(and(ofChain, gt(tokenGaps.toBlock, fork)))
}

const gapsOf = ({ id, tokens }: TokenList) =>
  and(
    eq(tokenGaps.chainId, id),
    inArray(
      tokenGaps.token,
      tokens.map((token) => token.id),
    ),
  )
