import type { Address, Hash } from '../address.ts'
import type { AssetId } from '../chains/asset.ts'
import type { Acknowledgement } from './acknowledgement.ts'

/** The rule of MONEY 23 that a difference breaks. */
export type DifferenceKind =
  /** The sums of a wallet and asset do not balance (`AssetSums`). */
  | 'wallet'
  /** The sums of a keeper do not balance (`KeeperSums`). */
  | 'keeper'
  /** An external transaction that is not adopted, or was adopted as not ours. */
  | 'foreign'
  /** A used nonce has no row, or the transaction of its row is in no block. */
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

/** A contradiction that reconciliation found between rows and chain. */
export interface Difference {
  readonly kind: DifferenceKind
  /** The address whose books do not balance. */
  readonly address: Address
  readonly asset: AssetId | null
  /**
   * The missing amount in the smallest unit; negative for a surplus that no row explains. null
   * where the broken rule is not about a sum.
   */
  readonly missing: bigint | null
  /** Description of the difference in one sentence. */
  readonly words: string
  /** Rows to check: deposit ids, `sweep <id>`, keys of intents, and transaction hashes. */
  readonly rows: readonly string[]
  /**
   * The facts that an acknowledgement covers besides the amount. Rows that balance are left out,
   * because each sweep adds such rows. @default the words and all rows
   */
  readonly causes?: readonly string[]
  /** The order that acknowledged this very difference. It stays in the report without an alert. */
  readonly acknowledged?: Acknowledgement
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

/** Network fees of the sweeps of one asset, paid by the keeper or by wallets. */
export interface AssetCost {
  readonly asset: AssetId
  /** Fees in wei: sweeps, their cancels, and the transfers of gas money to their wallets. */
  readonly feesWei: bigint
  /** Amount that those sweeps brought to a cold wallet, in the smallest unit of the asset. */
  readonly arrived: bigint
  /** The amount in wei, at the token's price; undefined where the configuration gives none. */
  readonly valueWei: bigint | undefined
}

/** Sums in wei: opening + refills − sent − fees = closing. */
export interface KeeperSums {
  readonly keeper: Address
  readonly openingBlock: bigint
  readonly opening: bigint
  readonly refills: bigint
  /** All that left the keeper except fees: gas money and drains. */
  readonly sent: bigint
  /** The part of `sent` that drains moved after the keeper retired. @default 0 */
  readonly drained?: bigint
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

/**
 * The report of one reconciliation: the books of one chain, compared with the chain at one block.
 */
export interface Reconciliation {
  readonly chainId: number
  readonly block: { readonly number: bigint; readonly hash: Hash }
  readonly assets: readonly AssetSums[]
  /** One entry for each asset that was swept. @default none */
  readonly costs?: readonly AssetCost[]
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

/**
 * Returns the amount that is missing from the wallets' sums, in the smallest unit; negative for a
 * surplus.
 */
export const missingIn = (sums: AssetSums): bigint =>
  sums.deposits + sums.gas - sums.arrived - sums.fees - sums.left

/** Returns the amount that is missing from the keeper's sums, in wei; negative for a surplus. */
export const missingAt = (sums: KeeperSums): bigint =>
  sums.opening + sums.refills - sums.sent - sums.fees - sums.closing
