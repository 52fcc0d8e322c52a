import type { Address, Hash } from '../address.ts'

/** Native coin that no row explains, in a user wallet. */
export interface UnexplainedBalance {
  readonly wallet: Address
  readonly amountWei: bigint
  /** The native coin arrived after this block, and at the latest in `block`. */
  readonly afterBlock: bigint
  readonly block: { readonly number: bigint; readonly hash: Hash }
  /**
   * `before-start`: it came before the first block that the scanner reads. `unknown`: no node has
   * the state that would show it.
   */
  readonly origin: 'before-start' | 'after-start' | 'unknown'
}

/** Native balances of user wallets according to the database. */
export interface BalanceBook {
  /**
   * Returns a random selection of the wallets whose deposits changed within the last hour. Wallets
   * with a sequence number above `upToSeq` are left out.
   */
  recent(chainId: number, upToSeq: bigint, limit: number): Promise<readonly Address[]>
  /**
   * Returns one page of wallets with a sequence number above `seq` and up to `upToSeq`, in order of
   * sequence; empty at the end.
   */
  after(
    seq: bigint,
    upToSeq: bigint,
    limit: number,
  ): Promise<readonly { readonly address: Address; readonly seq: bigint }[]>
  /**
   * Returns for each wallet the native balance, in wei, that the rows explain up to a final block:
   * deposits and gas minus the values and fees of the transactions that the wallet sent. The
   * balance may be negative if a sweep moved native coin that no row explains. The map lacks a
   * wallet while a transaction from or to this wallet has no known block; retry later.
   */
  explained(
    chainId: number,
    wallets: readonly Address[],
    height: bigint,
  ): Promise<ReadonlyMap<Address, bigint>>
  /** Writes the event `wallet.unexplained` to the outbox. */
  oweAlarm(chainId: number, coin: UnexplainedBalance): Promise<void>
}
