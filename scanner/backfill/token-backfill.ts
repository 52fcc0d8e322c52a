import type { ChainReader } from '../../domain/chains/nodes/chain-reader.ts'
import { groupBy } from '../../domain/lists.ts'
import { rescanCommand } from '../../domain/scan/rescan-command.ts'
import type { ScanCursor, TokenGap, UnsearchedToken } from '../../domain/scan/scan-store.ts'
import type { ScanDeps } from '../context/scan-deps.ts'
import type { FindsReading } from '../detect/read-finds.ts'
import { createBackfillPieces } from './backfill-pieces.ts'
import { type BackfillWindow, tokenGap } from './backfill-window.ts'

export interface TokenBackfill {
  /**
   * Reads one piece of the backfill. `more`: another piece is left; `found`: a deposit was stored.
   */
  step(
    reader: ChainReader,
    cursor: ScanCursor,
  ): Promise<{ readonly more: boolean; readonly found: boolean }>
}

/**
 * Backfills listed tokens whose transfers were skipped: no scanner listed the token before, or the
 * previous leader did not. Older blocks are read again piece by piece, and new blocks are read
 * between the pieces. Blocks older than `lateWalletBlocks` become gaps, which are logged at every
 * start until they are rescanned or answered for. A restart begins the backfill again, because the
 * tokens are marked as read only at its end.
 * @param opened the cursor before this scanner moves it: blocks above it are read with the current
 * list
 */
export async function openTokenBackfill(
  deps: ScanDeps,
  reading: FindsReading,
  opened: ScanCursor,
): Promise<TokenBackfill> {
  const { chain, store } = deps
  await store.noteTokens(chain.id)
  const pieces = createBackfillPieces(deps, reading)
  const unread = (await store.unreadTokens(chain.id)).map((token) => ({
    ...token,
    ...tokenGap({ ...opened, ...token, lateWalletBlocks: deps.lateWalletBlocks }),
  }))
  await begin(deps, unread, opened)
  await reportGaps(deps)
  const skipped = unread.filter(({ window }) => window !== undefined)
  const nothingLeft = unread.filter(({ window }) => window === undefined)
  // The tokens are marked before the first new block is read, so that a restart right after that
  // block finds no gap.
  if (nothingLeft.length > 0) await markRead(nothingLeft, opened)
  let left = skipped
    .map(({ window }) => window)
    .reduce((all, one) => (all && one && all.from < one.from ? all : one), undefined)

  function markRead(tokens: typeof unread, { hash }: ScanCursor): Promise<void> {
    const ids = tokens.map(({ token }) => token)
    return store.markTokensRead(chain.id, ids, hash)
  }

  return {
    async step(reader, cursor) {
      if (!left) return { more: false, found: false }
      const piece = await pieces.read(reader, left, cursor)
      if (!piece.left) await markRead(skipped, cursor)
      left = piece.left
      return { more: left !== undefined, found: piece.found }
    },
  }
}

interface Skipped extends UnsearchedToken {
  readonly older: BackfillWindow | undefined
  readonly window: BackfillWindow | undefined
}

/** Stores the backfill and the gaps before the first piece is read, and logs the backfill. */
async function begin(
  { chain, store, log, metrics }: ScanDeps,
  unread: readonly Skipped[],
  opened: ScanCursor,
): Promise<void> {
  const gaps = unread.flatMap(({ token, older }): TokenGap[] =>
    older ? [{ token, ...older }] : [],
  )
  const begun = unread.flatMap(({ token, window }) =>
    window ? [{ token, readTo: window.from - 1n }] : [],
  )
  if (begun.length > 0 || gaps.length > 0)
    await store.beginTokenBackfill(chain.id, begun, gaps, opened.hash)
  for (const { from, to } of gaps)
    metrics.count('unread_token_blocks', { chain: chain.name }, Number(to - from + 1n))
  for (const { token, readTo, window } of unread) {
    if (!window) continue
    if (readTo === 0n) log.info({ token, ...window }, 'listed token is new; backfilling')
    else log.warn({ token, ...window }, 'listed token was skipped; backfilling')
  }
}

/** Logs one line for all tokens with the same blocks, because one rescan reads them all. */
async function reportGaps({ chain, store, log }: ScanDeps): Promise<void> {
  const gaps = await store.tokenGaps(chain.id)
  const symbols = new Map(chain.tokens.map(({ id, symbol }) => [id as string, symbol]))
  for (const [first, ...others] of groupBy(gaps, ({ from, to }) => `${from} ${to}`).values()) {
    if (!first) continue
    const tokens = [first, ...others].map(({ token }) => token)
    const { from, to } = first
    const names = tokens.map((token) => symbols.get(token) ?? token).join(', ')
    const command = rescanCommand(chain.id, first, `blocks before ${names} was listed`)
    log.error(
      { chain: chain.name, tokens, from, to, command },
      'blocks were never searched for a listed token; rescan them (command), or answer for them (coldsweep unread answer)',
    )
  }
}
