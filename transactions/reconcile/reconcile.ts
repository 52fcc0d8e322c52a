import type { Address, Hash } from '../../domain/address.ts'
import { smallerOf } from '../../domain/amount.ts'
import { withAcknowledgements } from '../../domain/books/acknowledgement.ts'
import type { BookRows, BookStore } from '../../domain/books/book-store.ts'
import { arrivedAt, judgeCold } from '../../domain/books/judge-cold.ts'
import { judgeConduct } from '../../domain/books/judge-conduct.ts'
import { judgeKeepers } from '../../domain/books/judge-keepers.ts'
import { bookedWallets, judgeWallets, type Left } from '../../domain/books/judge-wallets.ts'
import { type Movement, movementsOf } from '../../domain/books/movements.ts'
import type { ColdSums, Reconciliation } from '../../domain/books/reconciliation.ts'
import { sweepCosts } from '../../domain/books/sweep-costs.ts'
import type { AssetId } from '../../domain/chains/asset.ts'
import type { Chain } from '../../domain/chains/chain.ts'
import type { MinedTransaction } from '../../domain/chains/mined-transaction.ts'
import type { ChainHistory, ChainState } from '../../domain/chains/nodes/chain-state.ts'
import { ChainMoved } from '../../domain/errors.ts'
import { NotYet } from '../../domain/money-errors.ts'
import type { CursorReader } from '../../domain/scan/scan-store.ts'
import { mapConcurrently } from '../../runtime/map-concurrently.ts'
import { refuseFalseZeros } from './pruned-state.ts'

export interface ReconcileDeps {
  readonly chain: Pick<Chain, 'id' | 'name' | 'native' | 'tokens' | 'coldWallet'>
  readonly state: ChainState
  readonly history: ChainHistory
  readonly books: BookStore
  readonly cursors: CursorReader
  /** Concurrent requests. @default 16 */
  readonly width?: number
}

/**
 * Distance from the reconciled block to the head. It is above 0 because nodes behind a load
 * balancer differ by some blocks, and small because full nodes keep 128 states.
 */
const behindHead = 3n

/**
 * MONEY 23: compares the books of a chain with the chain, exact to the smallest unit, at one block
 * that is final for the scanner. Stores the report. Transactions in flight cause no difference: the
 * rows are read after the block was chosen, an attempt's row is written before its transaction is
 * mined, and only transactions mined up to the block count.
 * @throws NotYet before the scanner has confirmed a block or opened the keeper's books; ChainMoved
 * if the chain changed meanwhile; ChainRefused if the node has pruned the block's state or answers
 * 0 for it
 */
export async function reconcile(deps: ReconcileDeps): Promise<Reconciliation> {
  const { chain, state, books } = deps
  const block = await chooseBlock(deps)
  const rows = await books.rows(chain.id, block.number)
  const unopened = rows.keepers.filter(({ openingBlock }) => openingBlock === null)
  if (unopened.length > 0) {
    throw new NotYet(`the scanner has not opened the books of keeper ${unopened[0]?.address} yet`)
  }
  const { mined, above } = await readMined(deps, rows, block.number)
  const movements = movementsOf(rows, mined)
  const left = await readLeft(deps, rows, block.hash)
  const nonces = await readEach(
    deps,
    rows.lanes,
    ({ sender }) => sender,
    (sender) => state.nonceAt(sender, block.hash),
  )
  const closing = await readEach(
    deps,
    rows.keepers,
    ({ address }) => address,
    (keeper) => state.nativeBalance(keeper, block.hash),
  )
  if ((await state.blockHash(block.number)) !== block.hash) {
    throw new ChainMoved(
      `block ${block.number} of ${chain.name} was replaced during reconciliation`,
    )
  }
  const wallets = judgeWallets(rows, movements, left)
  const keepers = judgeKeepers(rows, movements, closing)
  const differences = [...wallets.differences, ...keepers.differences]
  const read = { block, left, closing, nonces, movements, above, differences }
  await refuseFalseZeros(state, read, (height) => books.rows(chain.id, height))
  const cold = await readCold(state, chain.coldWallet, movements, block.hash)
  const found = [
    ...differences,
    ...judgeCold(cold),
    ...judgeConduct(rows, movements, mined, nonces),
  ]
  const report: Reconciliation = {
    chainId: chain.id,
    block,
    assets: wallets.assets,
    costs: sweepCosts(movements, rows.coldWallets, chain),
    keepers: keepers.keepers,
    cold,
    differences: withAcknowledgements(chain.id, found, rows.acknowledgements ?? []),
    notices: rows.incomplete ?? [],
    wallets: bookedWallets(rows).length,
    transactions: movements.length,
  }
  await books.store(report)
  return report
}

/**
 * Chooses the newest block that is final for the scanner and whose state nodes behind a load
 * balancer have.
 * @throws NotYet if there is none
 */
export async function chooseBlock({
  chain,
  state,
  cursors,
}: Pick<ReconcileDeps, 'state' | 'cursors'> & {
  readonly chain: Pick<Chain, 'id' | 'name'>
}) {
  const final = (await cursors.cursor(chain.id))?.finalHeight ?? null
  if (final === null) throw new NotYet(`the scanner of ${chain.name} has confirmed no block yet`)
  const head = await state.head()
  const number = smallerOf(final, head.number - behindHead)
  const hash = number < 0n ? undefined : await state.blockHash(number)
  if (!hash) throw new NotYet(`${chain.name} has no block ${number} to reconcile at`)
  return { number, hash }
}

/**
 * Reads all mined transactions that the rows name. `above` has the transactions above the height.
 */
async function readMined(
  { history, width = 16 }: ReconcileDeps,
  rows: BookRows,
  height: bigint,
): Promise<{
  readonly mined: ReadonlyMap<Hash, MinedTransaction>
  readonly above: readonly MinedTransaction[]
}> {
  const hashes = new Set<Hash>([
    ...rows.intents.flatMap(({ attempts }) => attempts.map(({ hash }) => hash)),
    ...rows.external.flatMap(({ hash }) => (hash ? [hash] : [])),
    ...rows.sweeps.map(({ txHash }) => txHash),
  ])
  const found = await mapConcurrently([...hashes], width, (hash) => history.mined(hash))
  const known = found.flatMap((one) => one ?? [])
  const upTo = known.filter(({ blockNumber }) => blockNumber <= height)
  return {
    mined: new Map(upTo.map((one) => [one.hash, one])),
    above: known.filter(({ blockNumber }) => blockNumber > height),
  }
}

/**
 * Reads the balances of every wallet with rows: native coin, all listed tokens, and the assets of
 * the wallet's deposits.
 */
async function readLeft(
  { chain, state, width = 16 }: ReconcileDeps,
  rows: BookRows,
  atBlock: Hash,
): Promise<readonly Left[]> {
  const assetsOf = new Map<Address, Set<AssetId>>()
  const listed: AssetId[] = ['native', ...chain.tokens.map(({ id }) => id)]
  for (const wallet of bookedWallets(rows)) assetsOf.set(wallet, new Set(listed))
  for (const { wallet, asset } of rows.deposits) assetsOf.get(wallet)?.add(asset)
  const asked = [...assetsOf].flatMap(([wallet, assets]) =>
    [...assets].map((asset) => ({ wallet, asset })),
  )
  return await mapConcurrently(asked, width, async ({ wallet, asset }) => ({
    wallet,
    asset,
    amount:
      asset === 'native'
        ? await state.nativeBalance(wallet, atBlock)
        : await state.tokenBalance(asset, wallet, atBlock),
  }))
}

async function readEach<T>(
  { width = 16 }: ReconcileDeps,
  rows: readonly T[],
  addressOf: (row: T) => Address,
  read: (address: Address) => Promise<bigint>,
): Promise<ReadonlyMap<Address, bigint>> {
  const addresses = rows.map(addressOf)
  const values = await mapConcurrently(addresses, width, read)
  return new Map(addresses.map((address, index) => [address, values[index] ?? 0n]))
}

type State = Pick<ChainState, 'head' | 'minedNonce' | 'code' | 'nativeBalance' | 'tokenBalance'>

const width = 8

/**
 * Reads the cold wallet's balance of each asset that our sweeps moved there. A balance of 0 is read
 * again at the head, since the block's state may be pruned.
 */
export async function readCold(
  state: State,
  coldWallet: Address,
  movements: readonly Movement[],
  atBlock: Hash,
): Promise<readonly ColdSums[]> {
  const arrived = [...arrivedAt(coldWallet, movements)]
  if (arrived.length === 0) return []
  const head = await state.head()
  const [nonce, code] = await Promise.all([
    state.minedNonce(coldWallet),
    state.code(coldWallet, head.hash),
  ])
  const neverSent = nonce === 0n && code === '0x'
  return await mapConcurrently(arrived, width, async ([asset, amount]) => {
    const balanceAt = (hash: Hash) =>
      asset === 'native'
        ? state.nativeBalance(coldWallet, hash)
        : state.tokenBalance(asset, coldWallet, hash)
    const balance = await balanceAt(atBlock)
    return {
      coldWallet,
      asset,
      arrived: amount,
      balance: balance === 0n ? await balanceAt(head.hash) : balance,
      neverSent,
    }
  })
}
