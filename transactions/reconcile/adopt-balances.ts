import type { Address } from '../../domain/address.ts'
import type {
  AdoptedBalance,
  AdoptionOrder,
  BlockPlace,
  OpeningBook,
  ReadBalance,
  SkippedBalance,
} from '../../domain/books/opening-book.ts'
import type { AssetId } from '../../domain/chains/asset.ts'
import type { Chain } from '../../domain/chains/chain.ts'
import type { ChainState } from '../../domain/chains/nodes/chain-state.ts'
import { ChainMoved } from '../../domain/errors.ts'
import { BadInput } from '../../domain/money-errors.ts'
import type { CursorReader } from '../../domain/scan/scan-store.ts'
import { mapConcurrently } from '../../runtime/map-concurrently.ts'
import { chooseBlock } from './reconcile.ts'

export interface AdoptDeps {
  readonly chain: Pick<Chain, 'id' | 'name'>
  readonly state: ChainState
  readonly book: OpeningBook
  readonly cursors: CursorReader
  /** Wallets of one commit. @default 100 */
  readonly pageSize?: number
  /** Concurrent requests. @default 16 */
  readonly width?: number
}

export interface AdoptRequest extends AdoptionOrder {
  /** undefined for all wallets. */
  readonly wallet: Address | undefined
  readonly assets: readonly AssetId[]
  /** Called after each commit, with the number of wallets so far. */
  readonly onProgress?: (wallets: number) => void
}

export interface AdoptResult {
  readonly block: BlockPlace
  readonly wallets: number
  readonly adopted: readonly AdoptedBalance[]
  readonly skipped: readonly SkippedBalance[]
}

/**
 * MONEY 25: turns the unexplained balances of one wallet or of all wallets, at one final block,
 * into opening balances. Reads balances only, and no history. Safe to repeat and to interrupt.
 * @throws NotYet before the scanner has confirmed a block; BadInput for an unknown wallet;
 * ChainRefused if the node has pruned the block's state
 */
export async function adoptBalances(deps: AdoptDeps, request: AdoptRequest): Promise<AdoptResult> {
  const { chain, state, book, pageSize = 100, width = 16 } = deps
  const block = await chooseBlock(deps)
  const adopted: AdoptedBalance[] = []
  const skipped: SkippedBalance[] = []
  let wallets = 0
  for await (const page of pagesOf(book, request.wallet, pageSize)) {
    const asked = page.flatMap((wallet) => request.assets.map((asset) => ({ wallet, asset })))
    const balances = await mapConcurrently(asked, width, async ({ wallet, asset }) => ({
      wallet,
      asset,
      amount: await balanceAt(state, wallet, asset, block),
    }))
    if ((await state.blockHash(block.number)) !== block.hash)
      throw new ChainMoved(`block ${block.number} of ${chain.name} was replaced; run it again`)
    const done = await book.adopt(chain.id, block, balances, request)
    adopted.push(...done.adopted)
    skipped.push(...done.skipped)
    wallets += page.length
    request.onProgress?.(wallets)
  }
  return { block, wallets, adopted, skipped }
}

async function* pagesOf(
  book: OpeningBook,
  only: Address | undefined,
  pageSize: number,
): AsyncGenerator<readonly Address[]> {
  if (only !== undefined) {
    if (!(await book.isWallet(only))) {
      throw new BadInput(`${only} is no user wallet that a scanner has loaded from userwallet`)
    }
    yield [only]
    return
  }
  for (let seq = 0n; ; ) {
    const page = await book.wallets(seq, pageSize)
    const last = page.at(-1)
    if (!last) return
    yield page.map(({ address }) => address)
    seq = last.seq
  }
}

function balanceAt(
  state: ChainState,
  wallet: Address,
  asset: AssetId,
  { hash }: BlockPlace,
): Promise<ReadBalance['amount']> {
  return asset === 'native'
    ? state.nativeBalance(wallet, hash)
    : state.tokenBalance(asset, wallet, hash)
}
