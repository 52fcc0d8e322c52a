import type { Address, Hash } from '../address.ts'
import type { AssetId } from '../chains/asset.ts'
import type { ColdSums } from './judge-cold.ts'

/** Which of the rules of MONEY 23 does not hold. */
export type DifferenceKind =
  /** A wallet's equation of one asset. */
  | 'wallet'
  /** A keeper's equation. */
  | 'keeper'
  /** A transaction of our addresses that no attempt explains. */
  | 'foreign'
  /** A used nonce without a row, or with one whose transaction no block has. */
  | 'nonce'
  /** More than one mined transaction of one intent. */
  | 'doubled'
  /** Something of ours went elsewhere than to cold or to our wallets. */
  | 'misdirected'
  /** A row says otherwise than the chain. */
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
   * Smallest unit: what is missing; below 0 what is there and no row explains; null where it is no
   * sum.
   */
  readonly missing: bigint | null
  /** One sentence. */
  readonly words: string
  /** Deposit ids, `sweep <id>`, keys of transactions, hashes: where to look. */
  readonly rows: readonly string[]
}

/**
 * Native: deposits + gas = arrived + fees + left. Token: deposits = arrived + fees + left, `fees`
 * being the token's own.
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

export interface Reconciliation {
  readonly chainId: number
  readonly block: { readonly number: bigint; readonly hash: Hash }
  readonly assets: readonly AssetSums[]
  readonly keepers: readonly KeeperSums[]
  /** Of the chain's cold wallet, by asset. @default none */
  readonly cold?: readonly ColdSums[]
  readonly differences: readonly Difference[]
  /** Why the books may not be complete although they balance, in sentences. */
  readonly notices: readonly string[]
  readonly wallets: number
  readonly transactions: number
}

export const missingIn = (sums: AssetSums): bigint =>
  sums.deposits + sums.gas - sums.arrived - sums.fees - sums.left

export const missingAt = (sums: KeeperSums): bigint =>
  sums.opening + sums.refills - sums.sent - sums.fees - sums.closing
