import type { Address, Hash } from '../address.ts'
import type { Backing, BlockChange, Level } from './backing.ts'
import type { SeenDeposit } from './deposit.ts'

/** A wallet and one of its tokens: the unit of a balance read. */
export interface WalletToken {
  readonly wallet: Address
  readonly asset: Address
}

/** A token credit whose backing is in question. */
export interface QuestionedCredit extends SeenDeposit {
  readonly asset: Address
  readonly backing: Backing | null
  readonly balanceChange: bigint | null
  readonly loggedOut: bigint | null
  /** Its doubt `unbacked` is open. */
  readonly isUnbacked: boolean
}

export interface BackingNote {
  readonly id: string
  readonly backing: Backing | null
  readonly balanceChange: bigint | null
  readonly loggedOut: bigint | null
  /** Why it stays unconfirmed; absent where it may be confirmed. */
  readonly doubt?: {
    readonly reason: 'unbacked' | 'rpc-quorum' | 'rpc-disagreement'
    readonly detail: string
  }
}

/** Credits that claim a wallet's balance, by the rows. */
export interface Claims extends Omit<Level, 'balance'> {
  /** Blocks at or below the height are still unread and may hold more credits. */
  readonly isPartial: boolean
}

export interface UnbackedAsset {
  readonly asset: string
  readonly deposits: number
  readonly amount: bigint
  /** When the oldest deposit became unbacked. */
  readonly since: Date
}

/** Rows about the backing of token credits (MONEY 24). */
export interface BackingStore {
  /** Wallets with unjudged credits at or below the height, oldest first. */
  unjudged(chainId: number, height: bigint, limit: number): Promise<readonly WalletToken[]>
  /** Wallets with unbacked credits, in order, from the one after `after` on. */
  unbacked(
    chainId: number,
    after: WalletToken | undefined,
    limit: number,
  ): Promise<readonly WalletToken[]>
  /**
   * Credits of these wallets at or below the height whose backing is in question, in chain order.
   */
  questioned(
    chainId: number,
    of: readonly WalletToken[],
    height: bigint,
  ): Promise<readonly QuestionedCredit[]>
  /** `DueDeposit.alike` of each of these deposits. */
  alike(ids: readonly string[]): Promise<ReadonlyMap<string, number>>
  /**
   * Credits that claim the wallets' balances at a height, and amounts that our sweeps moved. In the
   * order of `of`.
   * @param judgedTo the caller judges credits in question up to this height; above it, credits with
   * an unknown delta claim too
   */
  levels(
    chainId: number,
    of: readonly WalletToken[],
    height: bigint,
    judgedTo: bigint,
  ): Promise<readonly Claims[]>
  /**
   * All credits of one block, in chain order, and the amount that our own sweeps sent from the
   * wallet in it.
   */
  creditsInBlock(
    chainId: number,
    of: WalletToken,
    block: Hash,
  ): Promise<{
    readonly credits: readonly { readonly id: string; readonly amount: bigint }[]
    readonly swept: BlockChange['loggedOut']
  }>
  /**
   * Stores judgements. A credit that an operator decided, or that is confirmed, stays unchanged. A
   * credit that is no longer in doubt is confirmed by the next commit 2.
   */
  noteBacking(notes: readonly BackingNote[]): Promise<void>
  unbackedAssets(chainId: number): Promise<readonly UnbackedAsset[]>
}
