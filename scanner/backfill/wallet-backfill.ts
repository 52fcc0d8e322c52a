import type { Address } from '../../domain/address.ts'
import { largerOf } from '../../domain/amount.ts'
import type { ChainReader } from '../../domain/chains/nodes/chain-reader.ts'
import { CursorMoved } from '../../domain/errors.ts'
import type { ScanCursor } from '../../domain/scan/scan-store.ts'
import { mapConcurrently } from '../../runtime/map-concurrently.ts'
import { defaultTuning, type ScanDeps } from '../context/scan-deps.ts'
import type { FindsReading } from '../detect/read-finds.ts'
import { rereadRange } from '../detect/reread-range.ts'
import { createBackfillPieces } from './backfill-pieces.ts'
import { type BackfillWindow, walletWindow } from './backfill-window.ts'
import {
  beginTransferSearch,
  type SearchProgress,
  type TransferSearch,
  transferHeights,
  unlessRefused,
} from './wallet-transfer-search.ts'

/** Backfills new wallets, piece by piece. */
export interface WalletBackfill {
  /**
   * Reads one piece of the backfill. `more`: another piece is left; `found`: a deposit was stored.
   */
  step(
    reader: ChainReader,
    cursor: ScanCursor,
  ): Promise<{ readonly more: boolean; readonly found: boolean; readonly cursor: ScanCursor }>
}

/** A backfill in progress: the blocks that are left, and the values to store at its end. */
interface Reading {
  left: BackfillWindow | undefined
  /** Whether deposits were stored that `step` has not reported yet. */
  found: boolean
  readonly seq: bigint
  readonly height: bigint
}

/** With more new wallets than this, reading all blocks is cheaper than asking for each wallet. */
const fewWallets = 100
/**
 * Number of newest blocks that are always read in full, because a node that lacks these blocks may
 * answer a search by heights without an error.
 */
const tipBlocks = 32n

/**
 * Backfills wallets that are new in the central table and may have been paid before. The scanner
 * recognises these wallets in new blocks already, so only blocks below the cursor are read again.
 * These blocks are read piece by piece, with new blocks between the pieces. An exchange creates
 * wallets all day, so there is a faster way for up to `fewWallets` new wallets. If a node shows
 * that none of them has ever received native coin, only the newest blocks and the blocks with token
 * transfers to these wallets are read, unless a token balance exceeds the found transfers. A
 * restart begins the backfill again, because the chain is marked as watching the wallets only at
 * the backfill's end.
 */
export function createWalletBackfill(deps: ScanDeps, reading: FindsReading): WalletBackfill {
  const { chain, store, wallets, watch, log } = deps
  const tuning = { ...defaultTuning, ...deps.tuning }
  const pieces = createBackfillPieces(deps, reading)
  let current: Reading | undefined
  let kept: { readonly search: TransferSearch; readonly progress: SearchProgress } | undefined

  async function begin(reader: ChainReader, cursor: ScanCursor): Promise<Reading | undefined> {
    const known = watch.knowledge()
    if (!known) return undefined
    const height = known.heights.get(chain.id) ?? cursor.walletsHeight
    if (known.seq <= cursor.walletSeq) {
      return height > cursor.walletsHeight
        ? { left: undefined, found: false, seq: cursor.walletSeq, height }
        : undefined
    }
    const window = walletWindow({ ...cursor, lateWalletBlocks: deps.lateWalletBlocks })
    const narrowed = window && (await narrow(reader, cursor, window))
    return {
      left: narrowed?.left,
      found: narrowed?.found ?? false,
      seq: known.seq,
      height: largerOf(height, cursor.walletsHeight),
    }
  }

  /**
   * Tries the faster way: reads the blocks with token transfers to a few wallets now, and returns
   * the newest blocks as the window that is left. Returns the whole window if the faster way is not
   * possible.
   */
  async function narrow(reader: ChainReader, cursor: ScanCursor, window: BackfillWindow) {
    log.info({ from: window.from, to: window.to }, 'new wallets; backfilling older blocks')
    const few = await newWallets(cursor.walletSeq)
    const searched = window.to - tipBlocks
    if (!few || searched < window.from) return { left: window, found: false }
    // The state at the head is read, because nodes may answer 0 for an old state. An account that
    // is empty at the head and has sent nothing was always empty.
    const head = await reader.head()
    // A node that lost the state of one wallet (bsc #1054) cannot rule out a payment to it.
    const touched = await mapConcurrently(few, tuning.width, (address) =>
      unlessRefused(reader.nativeTouched(address, head.hash), true),
    )
    if (touched.includes(true)) return { left: window, found: false }
    const tokens = chain.tokens.map(({ id }) => id as Address)
    const { search, progress } = await resume({
      from: window.from,
      to: searched,
      last: (await store.storedHash(chain.id, searched)) ?? cursor.hash,
      head,
      tokens,
      wallets: few,
      width: tuning.width,
    })
    const heights = tokens.length === 0 ? [] : await transferHeights(reader, search, progress)
    kept = undefined
    if (!heights) return { left: window, found: false }
    let found = 0
    for (const height of heights) found += await rereadRange(reader, height, height, reading, deps)
    return { left: { from: search.to + 1n, to: window.to }, found: found > 0 }
  }

  /**
   * Resumes the search that a failure interrupted, if it was for the same wallets on the same
   * chain; otherwise begins the given search. The cursor may have advanced meanwhile; the blocks
   * above a resumed search are read in full.
   */
  async function resume(search: TransferSearch) {
    const isSame =
      kept?.search.wallets.join() === search.wallets.join() &&
      ((await store.storedHash(chain.id, kept.search.to)) ?? kept.search.last) === kept.search.last
    if (!kept || !isSame) kept = { search, progress: beginTransferSearch(search) }
    else kept = { ...kept, search: { ...kept.search, head: search.head } }
    return kept
  }

  /**
   * Returns the wallets after this sequence number; undefined if there are more than `fewWallets`.
   */
  async function newWallets(afterSeq: bigint): Promise<readonly Address[] | undefined> {
    for await (const { addresses } of wallets.since(afterSeq)) {
      return addresses.length <= fewWallets ? addresses : undefined
    }
    return []
  }

  return {
    async step(reader, cursor) {
      try {
        current ??= await begin(reader, cursor)
        if (!current) return { more: false, found: false, cursor }
        const { left, seq, height } = current
        const piece = left && (await pieces.read(reader, left, cursor))
        const found = current.found || (piece?.found ?? false)
        if (piece?.left) {
          current.left = piece.left
          current.found = false
          return { more: true, found, cursor }
        }
        await wallets.setWatched(chain.id, seq, height, cursor.hash)
        current = undefined
        return { more: false, found, cursor: { ...cursor, walletSeq: seq, walletsHeight: height } }
      } catch (error) {
        // The cursor was rewound between reading and storing. The next iteration computes the
        // window from the new cursor.
        if (error instanceof CursorMoved) current = undefined
        throw error
      }
    },
  }
}
