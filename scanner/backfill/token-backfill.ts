import type { Address } from '../../domain/address.ts'
import type { ChainReader } from '../../domain/chains/nodes/chain-reader.ts'
import type { ScanCursor } from '../../domain/scan/scan-store.ts'
import type { ScanDeps } from '../context/scan-deps.ts'
import type { FindsReading } from '../detect/read-finds.ts'
import { createLatePieces } from './backfill-pieces.ts'
import type { LateWindow } from './backfill-window.ts'
import { tokenGap } from './token-gap.ts'

export interface LateTokens {
  /**
   * Does one piece of what is to be read late. `more`: there is another; `found`: something was
   * stored.
   */
  step(
    reader: ChainReader,
    cursor: ScanCursor,
  ): Promise<{ readonly more: boolean; readonly found: boolean }>
}

/**
 * Whoever moved the cursor before may have had another list of tokens, and read blocks as if one of
 * ours were none. They are read again, a piece at a time between new blocks; what is older than
 * `lateWalletBlocks` is told, and a person's to read. A restart begins the reading anew, because
 * the tokens are marked as read only when it is done.
 * @param opened the cursor before this scanner moves it: above it this one reads with its own list
 */
export async function openLateTokens(
  deps: ScanDeps,
  reading: FindsReading,
  opened: ScanCursor,
): Promise<LateTokens> {
  const { chain, store, log, metrics, lateWalletBlocks } = deps
  await store.noteTokens(chain.id)
  const pieces = createLatePieces(deps, reading)
  const unread = (await store.unreadTokens(chain.id)).map(({ token, readTo }) => ({
    token,
    ...tokenGap({ ...opened, readTo, lateWalletBlocks }),
  }))
  for (const { token, older, window } of unread) {
    if (older) tellOlder(token, older)
    if (window) log.warn({ token, ...window }, 'a listed token was passed over: read again for it')
  }
  const passedOver = unread.filter(({ window }) => window !== undefined)
  const nothingLeft = unread.filter(({ window }) => window === undefined)
  // Before the first new block, so that a restart right after it finds no gap.
  if (nothingLeft.length > 0) await markRead(nothingLeft, opened)
  let left = passedOver
    .map(({ window }) => window)
    .reduce((all, one) => (all && one && all.from < one.from ? all : one), undefined)

  function markRead(tokens: typeof unread, { hash }: ScanCursor): Promise<void> {
    const ids = tokens.map(({ token }) => token)
    return store.markTokensRead(chain.id, ids, hash)
  }

  function tellOlder(token: Address, { from, to }: LateWindow): void {
    const command = `coldsweep rescan --chain ${chain.id} --from ${from} --to ${to}`
    metrics.count('unread_token_blocks', { chain: chain.name }, Number(to - from + 1n))
    log.error(
      { chain: chain.name, token, from, to, command },
      'a listed token was passed over longer than lateWalletBlocks: nobody has looked for it in these blocks (coldsweep rescan)',
    )
  }

  return {
    async step(reader, cursor) {
      if (!left) return { more: false, found: false }
      const piece = await pieces.read(reader, left, cursor)
      if (!piece.left) await markRead(passedOver, cursor)
      left = piece.left
      return { more: left !== undefined, found: piece.found }
    },
  }
}
