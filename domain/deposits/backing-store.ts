import type { Address, Hash } from '../address.ts'
import type { Backing, BlockChange, Level } from './backing.ts'
import type { SeenDeposit } from './deposit.ts'

/** A wallet and one of its tokens. Balances are read for such pairs. */
export interface WalletToken {
  readonly wallet: Address
  readonly asset: Address
}

/** A token credit whose backing is in question: it is unjudged or unbacked. */
export interface QuestionedCredit extends SeenDeposit {
  readonly asset: Address
  readonly backing: Backing | null
  readonly balanceChange: bigint | null
  readonly loggedOut: bigint | null
  /** Part of the amount that an opening balance may contain (MONEY 25). */
  readonly openingPart?: bigint | null
  /** Whether the doubt `unbacked` about the credit is open. */
  readonly isUnbacked: boolean
}

/** The judgement of one token credit, as the store records it. */
export interface BackingNote {
  readonly id: string
  readonly backing: Backing | null
  readonly balanceChange: bigint | null
  readonly loggedOut: bigint | null
  /** Why the credit stays unconfirmed; absent where it may be confirmed. */
  readonly doubt?: {
    readonly reason: 'unbacked' | 'rpc-quorum' | 'rpc-disagreement'
    readonly detail: string
  }
}

/** Claims on the balance of one wallet and token, summed up from the rows. */
export interface Claims extends Omit<Level, 'balance'> {
  /** Whether some blocks at or below the height are still unread, and may hold more credits. */
  readonly isPartial: boolean
}

/** The unbacked deposits of one token of a chain. */
export interface UnbackedAsset {
  readonly asset: string
  readonly deposits: number
  /** Sum of the deposits in the smallest unit. */
  readonly amount: bigint
  /** When the first of these deposits became unbacked. */
  readonly since: Date
}

/** Reads and stores the backing of token credits (MONEY 24). */
export interface BackingStore {
  /**
   * Returns wallets and tokens with unjudged credits at or below the height, in the order of their
   * oldest credit.
   */
  unjudged(chainId: number, height: bigint, limit: number): Promise<readonly WalletToken[]>
  /**
   * Returns one page of the wallets and tokens with unbacked credits, in order of their addresses,
   * after `after`.
   */
  unbacked(
    chainId: number,
    after: WalletToken | undefined,
    limit: number,
  ): Promise<readonly WalletToken[]>
  /**
   * Returns those credits of these wallets and tokens, at or below the height, whose backing is in
   * question. In chain order.
   */
  questioned(
    chainId: number,
    of: readonly WalletToken[],
    height: bigint,
  ): Promise<readonly QuestionedCredit[]>
  /**
   * Returns for each deposit id the number of equal deposits in its transaction
   * (`DueDeposit.alike`).
   */
  alike(ids: readonly string[]): Promise<ReadonlyMap<string, number>>
  /**
   * Sums up the credits that claim the wallets' balances at a height, and the amounts that our
   * sweeps moved. In the order of `of`.
   * @param judgedTo height up to which the caller judges the credits in question. Above this
   * height, credits whose delta is unknown also count as claims
   */
  levels(
    chainId: number,
    of: readonly WalletToken[],
    height: bigint,
    judgedTo: bigint,
  ): Promise<readonly Claims[]>
  /**
   * Returns all credits of the wallet and token in one block, in chain order, and the amount that
   * our sweeps sent from the wallet in this block.
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
   * Stores judgements. A credit stays unchanged if it is confirmed, if an operator has decided it,
   * or if another doubt about it is open. The scanner's next commit 2 confirms credits that are no
   * longer in doubt.
   */
  noteBacking(notes: readonly BackingNote[]): Promise<void>
  unbackedAssets(chainId: number): Promise<readonly UnbackedAsset[]>
}
