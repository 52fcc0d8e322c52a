import { mapBounded } from '../domain/map-bounded.ts'
import type { ChainReader } from '../domain/ports/chain-reader.ts'
import type { Finds } from '../domain/ports/scan-store.ts'
import type { WalletStore } from '../domain/ports/wallet-store.ts'
import { type BlockReading, findHits, type Hit, type Watch } from './find-hits.ts'
import { readHit } from './read-hit.ts'

export interface Finding {
  readonly reader: ChainReader
  /** With `isWallet` by fingerprints: its hits are joined exactly before anything is asked of the node. */
  readonly watch: Watch
  readonly wallets: Pick<WalletStore, 'matching'>
  readonly width: number
}

/**
 * What blocks hold for us, in chain order.
 * @throws ChainMoved when a receipt is not of its block: read the blocks again
 */
export async function findInBlocks(
  readings: readonly BlockReading[],
  { reader, watch, wallets, width }: Finding,
): Promise<Omit<Finds, 'blocks'>> {
  const maybe = readings.flatMap((reading) => findHits(reading, watch))
  const candidates = [...new Set(maybe.flatMap(walletsOf))]
  const known = candidates.length === 0 ? new Set() : await wallets.matching(candidates)
  const hits = maybe.filter((hit) => hit.keeper || walletsOf(hit).some((it) => known.has(it)))
  // The receipt may credit wallets that the log search did not show: those count too, joined exactly below.
  const receipts = await mapBounded(hits, width, (hit) => reader.receipt(hit.transaction.hash))
  const finds = hits.map((hit, i) => readHit(hit, receipts[i], watch))
  const deposits = finds.flatMap((find) => find.deposits)
  const others = deposits.map((d) => d.wallet).filter((wallet) => !known.has(wallet))
  const late = others.length === 0 ? new Set() : await wallets.matching([...new Set(others)])
  return {
    deposits: deposits.filter(({ wallet }) => known.has(wallet) || late.has(wallet)),
    refills: finds.flatMap((find) => find.refills),
    ownTransactions: finds
      .flatMap((find) => find.ownTransactions)
      .filter(({ sender }) => watch.keepers.has(sender) || known.has(sender)),
  }
}

const walletsOf = ({ wallets, sender }: Hit) => (sender ? [...wallets, sender] : wallets)
