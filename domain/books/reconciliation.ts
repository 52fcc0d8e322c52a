import type { Address, Hash } from '../address.ts'
import type { AssetId } from '../chains/asset.ts'

/** The broken rule of MONEY 23. */
export type DifferenceKind =
  /** The equation of one asset of a wallet. */
  | 'wallet'
  /** The equation of a keeper. */
  | 'keeper'
  /** A transaction of our addresses without an attempt. */
  | 'foreign'
  /** A used nonce without a row, or with a row whose transaction is in no block. */
  | 'nonce'
  /** More than one mined transaction of one intent. */
  | 'doubled'
  /** A transaction of ours went elsewhere than to the cold wallet or to our wallets. */
  | 'misdirected'
  /** A row contradicts the chain. */
  | 'row'
  /** A token logged more to the cold wallet than its sweep sent. */
  | 'arrival'
  /** A cold wallet that has sent nothing holds less than arrived there. */
  | 'cold'

export interface Difference {
  readonly kind: DifferenceKind
  /** The address whose books do not balance. */
  readonly address: Address
  readonly asset: AssetId | null
  /**
   * Smallest unit: the missing amount; negative for a surplus without a row; null where the rule is
   * no sum.
   */
  readonly missing: bigint | null
  /** One sentence. */
  readonly words: string
  /** Deposit ids, `sweep <id>`, keys of transactions, and hashes to look up. */
  readonly rows: readonly string[]
}

/**
 * Native: deposits + gas = arrived + fees + left. Token: deposits = arrived + fees + left, where
 * `fees` are the token's own.
 */
export interface AssetSums {
  readonly asset: AssetId
  readonly deposits: bigint
  readonly gas: bigint
  readonly arrived: bigint
  readonly fees: bigint
  readonly left: bigint
}

/** opening + refills − sent − fees = closing. */
export interface KeeperSums {
  readonly keeper: Address
  readonly openingBlock: bigint
  readonly opening: bigint
  readonly refills: bigint
  readonly sent: bigint
  readonly fees: bigint
  readonly closing: bigint
}

/** A cold wallet's balance and the sum that our sweeps brought there, in the smallest unit. */
export interface ColdSums {
  readonly coldWallet: Address
  readonly asset: AssetId
  readonly arrived: bigint
  readonly balance: bigint
  /**
   * It has no code and has never sent a transaction: only a permit or the token itself can have
   * moved its balance.
   */
  readonly neverSent: boolean
}

export interface Reconciliation {
  readonly chainId: number
  readonly block: { readonly number: bigint; readonly hash: Hash }
  readonly assets: readonly AssetSums[]
  readonly keepers: readonly KeeperSums[]
  /** Of the chain's cold wallet, by asset. @default none */
  readonly cold?: readonly ColdSums[]
  readonly differences: readonly Difference[]
  /** Sentences: why the books may be incomplete although they balance. */
  readonly notices: readonly string[]
  readonly wallets: number
  readonly transactions: number
}

export const missingIn = (sums: AssetSums): bigint =>
  sums.deposits + sums.gas - sums.arrived - sums.fees - sums.left

export const missingAt = (sums: KeeperSums): bigint =>
  sums.opening + sums.refills - sums.sent - sums.fees - sums.closing
