import type { Address, Hash } from '../address.ts'

/**
 * Our own memory of which addresses the central database has shown, in the order in which we met
 * them.
 */
export interface WalletStore {
  /**
   * Adds those not met before, under a lock so that sequence order is commit order. Returns how
   * many were new.
   */
  add(addresses: readonly Address[]): Promise<number>
  /**
   * Addresses with sequence above `afterSeq`, oldest first, in batches; each batch with its highest
   * sequence.
   */
  since(
    afterSeq: bigint,
  ): AsyncIterable<{ readonly addresses: readonly Address[]; readonly seq: bigint }>
  /** The wallet with that sequence. */
  at(seq: bigint): Promise<Address | undefined>
  /** Which of these are wallets: the exact join behind the in-memory fingerprints. */
  matching(addresses: readonly Address[]): Promise<ReadonlySet<Address>>
  /**
   * Marks that a chain watches all wallets up to a sequence and has read late where needed, and the
   * height at which the central table was known whole to it.
   * @param cursor its hash: blocks that another scanner has read since were read with other wallets
   * @throws CursorMoved when it is another
   */
  setWatched(chainId: number, seq: bigint, walletsHeight: bigint, cursor: Hash): Promise<void>
}
