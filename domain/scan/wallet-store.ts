import type { Address, Hash } from '../address.ts'

/**
 * Copy of the addresses that coldsweep has read from the central database. Each address has a
 * sequence number, in the order in which the addresses were added.
 */
export interface WalletStore {
  /**
   * Adds the addresses that are new, under a lock, so that the order of sequence numbers is the
   * order of the commits. Returns the number of new addresses.
   */
  add(addresses: readonly Address[]): Promise<number>
  /**
   * Addresses with a sequence above `afterSeq`, in order of sequence, in batches. Each batch has
   * its highest sequence.
   */
  since(
    afterSeq: bigint,
  ): AsyncIterable<{ readonly addresses: readonly Address[]; readonly seq: bigint }>
  /** The address with this sequence. */
  at(seq: bigint): Promise<Address | undefined>
  /** The given addresses that are user wallets. Exact, unlike the fingerprints in memory. */
  matching(addresses: readonly Address[]): Promise<ReadonlySet<Address>>
  /**
   * Records that a chain watches all wallets up to a sequence and has backfilled them where needed,
   * and the height of the chain when the central table was read completely.
   * @param cursor hash of the cursor. If another scanner has moved it, blocks were read with other
   * wallets
   * @throws CursorMoved when the stored cursor has another hash
   */
  setWatched(chainId: number, seq: bigint, walletsHeight: bigint, cursor: Hash): Promise<void>
}
