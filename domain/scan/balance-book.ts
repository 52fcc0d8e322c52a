import type { Address, Hash } from '../address.ts'

/** Native coin in a wallet that no row explains. */
export interface UnexplainedCoin {
  readonly wallet: Address
  readonly amountWei: bigint
  /** It came after this block, and not later than the next. */
  readonly afterBlock: bigint
  readonly block: { readonly number: bigint; readonly hash: Hash }
}

/** What the rows say that user wallets hold of native coin. */
export interface BalanceBook {
  /**
   * Wallets whose deposits changed within the last hour, some of them drawn. Like the next only
   * those up to `upToSeq`.
   */
  recent(chainId: number, upToSeq: bigint, limit: number): Promise<readonly Address[]>
  /** Wallets in the order in which they were first met; empty at the end. */
  after(
    seq: bigint,
    upToSeq: bigint,
    limit: number,
  ): Promise<readonly { readonly address: Address; readonly seq: bigint }[]>
  /**
   * Deposits and gas less what our transactions took out, as of a final block; may be negative
   * where coin was swept that no row explains. A wallet with a transaction whose block is not known
   * yet is left out: ask again later.
   */
  explained(
    chainId: number,
    wallets: readonly Address[],
    height: bigint,
  ): Promise<ReadonlyMap<Address, bigint>>
  /** Owes the bus the event `wallet.unexplained`. */
  tell(chainId: number, coin: UnexplainedCoin): Promise<void>
}
