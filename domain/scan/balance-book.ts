import type { Address, Hash } from '../address.ts'

/** Native coin in a user wallet that no row explains. */
export interface UnexplainedBalance {
  readonly wallet: Address
  readonly amountWei: bigint
  /** The native coin came after this block, and not later than `block`. */
  readonly afterBlock: bigint
  readonly block: { readonly number: bigint; readonly hash: Hash }
}

/** Native balances of user wallets according to the database. */
export interface BalanceBook {
  /**
   * A random selection of the wallets whose deposits changed within the last hour. Wallets with a
   * sequence above `upToSeq` are left out.
   */
  recent(chainId: number, upToSeq: bigint, limit: number): Promise<readonly Address[]>
  /**
   * One page of wallets with a sequence above `seq` and up to `upToSeq`, in order of sequence;
   * empty at the end.
   */
  after(
    seq: bigint,
    upToSeq: bigint,
    limit: number,
  ): Promise<readonly { readonly address: Address; readonly seq: bigint }[]>
  /**
   * Deposits and gas minus the costs of the wallet's transactions up to a final block, in wei. The
   * result may be negative if a sweep moved native coin that no row explains. A wallet with a
   * transaction whose block is not known yet is left out; retry it later.
   */
  explained(
    chainId: number,
    wallets: readonly Address[],
    height: bigint,
  ): Promise<ReadonlyMap<Address, bigint>>
  /** Writes the event `wallet.unexplained` to the outbox. */
  oweAlarm(chainId: number, coin: UnexplainedBalance): Promise<void>
}
