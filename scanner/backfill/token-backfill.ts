import type { Address } from '../../domain/address.ts'
import type { ChainReader } from '../../domain/chains/nodes/chain-reader.ts'
import type { ScanCursor } from '../../domain/scan/scan-store.ts'
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
 * Backfills tokens that the previous leader did not list and whose transfers it skipped. Older
 * blocks are read again piece by piece, and new blocks are read between the pieces. Blocks older
 * than `lateWalletBlocks` are logged for an operator to rescan. A restart begins the backfill
 * again, because the tokens are marked as read only at its end.
 * @param opened the cursor before this scanner moves it: blocks above it are read with the current
 * list
 */
export async function openTokenBackfill(
  deps: ScanDeps,
  reading: FindsReading,
  opened: ScanCursor,
): Promise<TokenBackfill> {
  const { chain, store, log, metrics, lateWalletBlocks } = deps
  await store.noteTokens(chain.id)
  const pieces = createBackfillPieces(deps, reading)
  const unread = (await store.unreadTokens(chain.id)).map(({ token, readTo }) => ({
    token,
    ...tokenGap({ ...opened, readTo, lateWalletBlocks }),
  }))
  for (const { token, older, window } of unread) {
    if (older) reportOlder(token, older)
    if (window) log.warn({ token, ...window }, 'listed token was skipped; backfilling')
  }
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

  function reportOlder(token: Address, { from, to }: BackfillWindow): void {
    const command = `coldsweep rescan --chain ${chain.id} --from ${from} --to ${to}`
    metrics.count('unread_token_blocks', { chain: chain.name }, Number(to - from + 1n))
    log.error(
      { chain: chain.name, token, from, to, command },
      'listed token was skipped for longer than lateWalletBlocks; rescan these blocks (coldsweep rescan)',
    )
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
