import type { Address } from '../../domain/address.ts'
import { largerOf } from '../../domain/amount.ts'
import type { ChainReader } from '../../domain/chains/nodes/chain-reader.ts'
import { CursorMoved } from '../../domain/errors.ts'
import { mapBounded } from '../../domain/map-bounded.ts'
import type { ScanCursor } from '../../domain/scan/scan-store.ts'
import { defaultTuning, type ScanDeps } from '../context/scan-deps.ts'
import type { FindsReading } from '../detect/read-finds.ts'
import { createLatePieces } from './backfill-pieces.ts'
import { type LateWindow, lateWindow } from './backfill-window.ts'
import { rereadRange } from './rescan-range.ts'
import { unlessRefused } from './unless-refused.ts'
import {
  beginLateSearch,
  type LateProgress,
  type LateSearch,
  lateTransferHeights,
} from './wallet-transfer-search.ts'

export interface LateWallets {
  /**
   * Does one piece of what is to be read late. `more`: there is another; `found`: something was
   * stored.
   */
  step(
    reader: ChainReader,
    cursor: ScanCursor,
  ): Promise<{ readonly more: boolean; readonly found: boolean; readonly cursor: ScanCursor }>
}

/** A reading under way: what is left of it, and what is true when it is done. */
interface Reading {
  left: LateWindow | undefined
  /** Something was stored that nobody was told of yet. */
  found: boolean
  readonly seq: bigint
  readonly height: bigint
}

/** Above so many new wallets at once reading all blocks is cheaper than asking for each. */
const fewWallets = 100
/**
 * The newest blocks are read whole in any case: a log search over heights may be answered by a node
 * that lacks them.
 */
const tipBlocks = 32n

/**
 * Wallets that the central table shows for the first time may have been paid before. They are in
 * the fingerprints already, so the blocks below the cursor are read again, a piece at a time
 * between new blocks. An exchange makes wallets all day: where a node says that no native coin can
 * ever have reached the few new ones, only the blocks with token transfers to them, and the newest,
 * are read, unless they hold more than these brought. A restart begins the reading anew, because
 * the chain is marked as watching them only when it is done.
 */
export function createLateWallets(deps: ScanDeps, reading: FindsReading): LateWallets {
  const { chain, store, wallets, watch, log } = deps
  const tuning = { ...defaultTuning, ...deps.tuning }
  const pieces = createLatePieces(deps, reading)
  let current: Reading | undefined
  let kept: { readonly search: LateSearch; readonly progress: LateProgress } | undefined

  async function begin(reader: ChainReader, cursor: ScanCursor): Promise<Reading | undefined> {
    const known = watch.knowledge()
    if (!known) return undefined
    const height = known.heights.get(chain.id) ?? cursor.walletsHeight
    if (known.seq <= cursor.walletSeq) {
      return height > cursor.walletsHeight
        ? { left: undefined, found: false, seq: cursor.walletSeq, height }
        : undefined
    }
    const window = lateWindow({ ...cursor, lateWalletBlocks: deps.lateWalletBlocks })
    const narrowed = window && (await narrow(reader, cursor, window))
    return {
      left: narrowed?.left,
      found: narrowed?.found ?? false,
      seq: known.seq,
      height: largerOf(height, cursor.walletsHeight),
    }
  }

  /** Reads what few untouched wallets need at once, and leaves only the newest blocks. */
  async function narrow(reader: ChainReader, cursor: ScanCursor, window: LateWindow) {
    log.info(
      { from: window.from, to: window.to },
      'new wallets: older blocks are read again for them',
    )
    const few = await newWallets(cursor.walletSeq)
    const searched = window.to - tipBlocks
    if (!few || searched < window.from) return { left: window, found: false }
    // The head is asked, because nodes may answer 0 for an old state. An account that is empty
    // there and has sent nothing was empty before.
    const head = await reader.head()
    // A node that has lost the state of one wallet (bsc #1054) can't rule out that coin has reached
    // it.
    const touched = await mapBounded(few, tuning.width, (address) =>
      unlessRefused(reader.nativeTouched(address, head.hash), true),
    )
    if (touched.includes(true)) return { left: window, found: false }
    const tokens = chain.tokens.map(({ id }) => id as Address)
    const { search, progress } = await goOn({
      from: window.from,
      to: searched,
      last: (await store.storedHash(chain.id, searched)) ?? cursor.hash,
      head,
      tokens,
      wallets: few,
      width: tuning.width,
    })
    const heights = tokens.length === 0 ? [] : await lateTransferHeights(reader, search, progress)
    kept = undefined
    if (!heights) return { left: window, found: false }
    let found = 0
    for (const height of heights) found += await rereadRange(reader, height, height, reading, deps)
    return { left: { from: search.to + 1n, to: window.to }, found: found > 0 }
  }

  /**
   * The search that a failure cut off, where it is for the same wallets on the same chain: the
   * cursor has gone on since, and the blocks above that search are read whole.
   */
  async function goOn(search: LateSearch) {
    const isSame =
      kept?.search.wallets.join() === search.wallets.join() &&
      ((await store.storedHash(chain.id, kept.search.to)) ?? kept.search.last) === kept.search.last
    if (!kept || !isSame) kept = { search, progress: beginLateSearch(search) }
    else kept = { ...kept, search: { ...kept.search, head: search.head } }
    return kept
  }

  /** undefined when there are many. */
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
        // A rewind between reading and storing: the window is cut anew from the cursor as it is
        // then.
        if (error instanceof CursorMoved) current = undefined
        throw error
      }
    },
  }
}
