import type { Address, Hash } from '../address.ts'
import type { AssetId } from '../chains/asset.ts'

/** The broken rule of MONEY 23. */
export type DifferenceKind =
  /** The equation of a wallet and asset does not hold. */
  | 'wallet'
  /** The equation of a keeper does not hold. */
  | 'keeper'
  /** An external transaction that is not adopted, or was adopted as not ours. */
  | 'foreign'
  /** A used nonce has no row, or its row's transaction is in no block. */
  | 'nonce'
  /** One intent has two mined attempts, or one sweep two successful transfers. */
  | 'doubled'
  /** A transaction of ours did not go to the destination that its kind prescribes. */
  | 'misdirected'
  /** A row contradicts the chain. */
  | 'row'
  /** A token logged more to the cold wallet than its sweep sent. */
  | 'arrival'
  /** A cold wallet that has never sent a transaction holds less than the sweeps brought there. */
  | 'cold'

export interface Difference {
  readonly kind: DifferenceKind
  /** The address whose books do not balance. */
  readonly address: Address
  readonly asset: AssetId | null
  /**
   * Missing amount in the smallest unit; negative for a surplus that no row explains. null where
   * the rule concerns no sum.
   */
  readonly missing: bigint | null
  /** Description of the difference in one sentence. */
  readonly words: string
  /** Rows to check: deposit ids, `sweep <id>`, keys of intents, and transaction hashes. */
  readonly rows: readonly string[]
}

/**
 * Sums in the smallest unit. Native coin: deposits + gas = arrived + fees + left. Token: deposits =
 * arrived + fees + left, where `fees` are the fees that the token takes from a transfer.
 */
export interface AssetSums {
  readonly asset: AssetId
  readonly deposits: bigint
  readonly gas: bigint
  readonly arrived: bigint
  readonly fees: bigint
  readonly left: bigint
}

/** Sums in wei: opening + refills − sent − fees = closing. */
export interface KeeperSums {
  readonly keeper: Address
  readonly openingBlock: bigint
  readonly opening: bigint
  readonly refills: bigint
  readonly sent: bigint
  readonly fees: bigint
  readonly closing: bigint
}

/** Balance of a cold wallet, and the sum that our sweeps brought there, in the smallest unit. */
export interface ColdSums {
  readonly coldWallet: Address
  readonly asset: AssetId
  readonly arrived: bigint
  readonly balance: bigint
  /**
   * The cold wallet has no code and has never sent a transaction. Only a permit or the token itself
   * can have lowered its balance.
   */
  readonly neverSent: boolean
}

export interface Reconciliation {
  readonly chainId: number
  readonly block: { readonly number: bigint; readonly hash: Hash }
  readonly assets: readonly AssetSums[]
  readonly keepers: readonly KeeperSums[]
  /** Sums of the chain's cold wallet, one entry an asset. @default none */
  readonly cold?: readonly ColdSums[]
  readonly differences: readonly Difference[]
  /** Reasons why the books may be incomplete although they balance, one sentence each. */
  readonly notices: readonly string[]
  /** Number of compared wallets. */
  readonly wallets: number
  /** Number of compared transactions. */
  readonly transactions: number
}

/** Amount that the wallets' equation lacks, in the smallest unit; negative for a surplus. */
export const missingIn = (sums: AssetSums): bigint =>
  sums.deposits + sums.gas - sums.arrived - sums.fees - sums.left

/** Amount that the keeper's equation lacks, in wei; negative for a surplus. */
export const missingAt = (sums: KeeperSums): bigint =>
  sums.opening + sums.refills - sums.sent - sums.fees - sums.closing
