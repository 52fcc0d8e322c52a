import type { Address, Hash } from '../../domain/address.ts'
import type { Tolerance } from '../../domain/chains/asset.ts'
import type { BlockHeader } from '../../domain/chains/block.ts'
import { distinctLogs } from '../../domain/chains/log-content.ts'
import type { ChainReader } from '../../domain/chains/nodes/chain-reader.ts'
import type { Watch } from '../../domain/scan/credit-rule.ts'
import type { Finds, ReadScope } from '../../domain/scan/scan-store.ts'
import type { SeenUnread } from '../../domain/scan/unread.ts'
import type { WalletStore } from '../../domain/scan/wallet-store.ts'
import { completeSenders, unreadableIn } from './complete-senders.ts'
import { type BlockReading, findHits, type Hit, notListed } from './find-hits.ts'
import { measureCredits } from './measure-credits.ts'
import type { HitFinds } from './read-hit.ts'
import { type LeftUnread, leave, readHits } from './read-or-leave.ts'

export interface FindOptions {
  readonly reader: ChainReader
  /**
   * `isWallet` looks addresses up in fingerprints, so its hits are checked against PostgreSQL
   * before receipts are requested.
   */
  readonly watch: Watch
  readonly wallets: Pick<WalletStore, 'matching'>
  readonly width: number
  /** Returns the amount by which the balance change may fall short of the token's credits. */
  readonly toleranceOf: (token: Address) => Tolerance
  /** Called for a block with a receipt that shows transfers which its log search omitted. */
  readonly onCut?: ((block: BlockHeader) => void) | undefined
}

/** Everything that concerns our addresses in some blocks. */
export interface BlockFinds extends Omit<Finds, 'blocks' | 'reread' | 'scope'> {
  /** Transactions whose receipts were read. */
  readonly transactions: ReadScope['transactions']
  /** Doubtful transactions that neither their block nor its log search lists. */
  readonly unlisted: ReadonlySet<Hash>
}

/**
 * Returns the finds of the blocks (deposits, refills, own transactions), in chain order. A
 * transaction that cannot be read is named in `unread`.
 * @throws ChainMoved when a block is no longer on the chain: read the blocks again
 */
export async function findInBlocks(
  given: readonly BlockReading[],
  { reader, watch, wallets, width, toleranceOf, onCut }: FindOptions,
): Promise<BlockFinds> {
  const readings = await completeSenders(given, reader, width)
  const unreadable = readings.flatMap(unreadableIn)
  const skipped = new Set(unreadable.map(({ hash }) => hash))
  const maybe = readings
    .flatMap((reading) => findHits(reading, watch))
    .filter(({ transaction }) => !skipped.has(transaction.hash))
  const senders = unreadable.flatMap(({ sender }) =>
    sender && watch.isWallet(sender) ? [sender] : [],
  )
  const candidates = [...new Set([...maybe.flatMap(walletsOf), ...senders])]
  const known = candidates.length === 0 ? new Set() : await wallets.matching(candidates)
  const hits = maybe.filter((hit) => hit.keeper || walletsOf(hit).some((it) => known.has(it)))
  // A receipt may credit wallets that the log search did not show. Such wallets are also checked
  // against PostgreSQL below.
  const results = await readHits(hits, { reader, watch, width })
  const finds = results.filter(isRead)
  const left = [...unreadable, ...results.flatMap((result) => (isRead(result) ? [] : [result]))]
  for (const block of cutIn(readings, hits, results)) onCut?.(block)
  const deposits = finds.flatMap((find) => find.deposits)
  const others = deposits.map((d) => d.wallet).filter((wallet) => !known.has(wallet))
  const late = others.length === 0 ? new Set() : await wallets.matching([...new Set(others)])
  const ours = deposits.filter(({ wallet }) => known.has(wallet) || late.has(wallet))
  const isOwn = (sender: Address) => watch.keepers.has(sender) || known.has(sender)
  return {
    transactions: hits
      .filter((_, i) => results[i] && isRead(results[i]))
      .map(({ transaction, block }) => ({ txHash: transaction.hash, blockHash: block.hash })),
    unlisted: new Set(
      hits
        .filter(({ transaction, logs }) => transaction.index === notListed && logs.length === 0)
        .map(({ transaction }) => transaction.hash),
    ),
    deposits: await measureCredits(ours, readings, { state: reader, toleranceOf, width }),
    refills: finds.flatMap((find) => find.refills),
    ownTransactions: finds
      .flatMap((find) => find.ownTransactions)
      .filter(({ sender }) => isOwn(sender)),
    unread: [
      ...left.map((one) => ({ ...one, own: one.sender !== null && isOwn(one.sender) })),
      ...untracedOf(readings, new Set(left.map(({ hash }) => hash))),
    ],
  }
}

/**
 * Returns the unread rows of untraced transactions. The receipts of these transactions are credited
 * as usual; only their internal transfers are unknown. The unread row closes no lane: if no attempt
 * of ours explains the transaction, its receipt has already made it an external transaction, which
 * closes the lane.
 */
function untracedOf(
  readings: readonly BlockReading[],
  left: ReadonlySet<Hash>,
): readonly SeenUnread[] {
  return readings.flatMap(({ block, untraced = [] }) =>
    untraced
      .filter(({ hash }) => !left.has(hash))
      .flatMap(({ hash, message }) => {
        const transaction = block.transactions.find((one) => one.hash === hash)
        return transaction
          ? [{ ...leave(block, transaction, message), own: false, untraced: true }]
          : []
      }),
  )
}

/**
 * Returns the blocks with a doubtful transaction whose receipt credits tokens that the log search
 * does not show.
 */
function cutIn(
  readings: readonly BlockReading[],
  hits: readonly Hit[],
  results: readonly (HitFinds | LeftUnread)[],
): readonly BlockHeader[] {
  const doubtful = new Set(
    readings.flatMap(({ doubtful: some, isRefused }) => (isRefused ? [] : (some ?? []))),
  )
  const blocks = hits.flatMap(({ transaction, logs, block }, i) => {
    const result = results[i]
    if (!doubtful.has(transaction.hash) || !result || !isRead(result)) return []
    const credits = result.deposits.filter(({ asset }) => asset !== 'native')
    return credits.length > distinctLogs(logs).length ? [block] : []
  })
  return [...new Set(blocks)]
}

const isRead = (result: HitFinds | LeftUnread): result is HitFinds => 'deposits' in result

const walletsOf = ({ wallets, sender }: Hit) => (sender ? [...wallets, sender] : wallets)
