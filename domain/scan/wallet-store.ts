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
   * Returns the addresses with a sequence number above `afterSeq`, in order of these numbers, in
   * batches. `seq` is the highest sequence number of a batch.
   */
  since(
    afterSeq: bigint,
  ): AsyncIterable<{ readonly addresses: readonly Address[]; readonly seq: bigint }>
  /** Returns the address with this sequence number. */
  at(seq: bigint): Promise<Address | undefined>
  /**
   * Returns those of the given addresses that are user wallets. The answer is exact, while the
   * fingerprints in memory have false positives.
   */
  matching(addresses: readonly Address[]): Promise<ReadonlySet<Address>>
  /**
   * Records that a chain watches all wallets up to the sequence number `seq` and has backfilled
   * them where needed. Also records `walletsHeight`, the height of the chain at the last complete
   * reading of the central table.
   * @param cursor hash of the caller's cursor. If another scanner has moved the stored cursor, it
   * has read blocks with other wallets
   * @throws CursorMoved when the stored cursor has another hash
   */
  setWatched(chainId: number, seq: bigint, walletsHeight: bigint, cursor: Hash): Promise<void>
}
