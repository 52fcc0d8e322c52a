import type { Address, Hash } from '../address.ts'
import type { AssetId } from '../chains/asset.ts'
import type { Step } from '../lanes/transaction.ts'
import type { Reconciliation } from './reconciliation.ts'

export interface BookedDeposit {
  readonly id: string
  readonly wallet: Address
  readonly asset: AssetId
  readonly amount: bigint
  readonly blockNumber: bigint
}

/** One intent: the payment of one nonce, with every attempt that was signed for it. */
export interface BookedIntent {
  readonly key: string
  readonly sweepId: string
  readonly step: Step
  readonly sender: Address
  readonly nonce: bigint
  /** The sweep's user wallet: sender of the step `sweep`, receiver of the step `gas`. */
  readonly wallet: Address
  readonly asset: AssetId
  readonly attempts: readonly {
    readonly hash: Hash
    readonly kind: 'send' | 'cancel'
    readonly valueWei: bigint
  }[]
}

export interface BookedSweep {
  readonly id: string
  readonly wallet: Address
  readonly asset: AssetId
  readonly txHash: Hash
  readonly arrivedAmount: bigint
}

/** Explanation of an adopted transaction; null until an operator adopts it. */
export type ForeignKind = 'sweep' | 'gas' | 'nothing' | 'foreign'

export interface BookedExternal {
  readonly sender: Address
  readonly nonce: bigint
  /** null where coldsweep knows that the nonce is used, but not by which transaction. */
  readonly hash: Hash | null
  readonly blockNumber: bigint | null
  readonly kind: ForeignKind | null
  readonly adoptedBy: string | null
}

/** Rows of one chain up to one height, read in one snapshot of the database. */
export interface BookRows {
  /**
   * Orphaned, rejected and unbacked deposits are left out. Deposits that are ignored for other
   * reasons are included (MONEY 23).
   */
  readonly deposits: readonly BookedDeposit[]
  /** Intents at all heights, because only the chain shows which intents are mined. */
  readonly intents: readonly BookedIntent[]
  /** Closed sweeps with the outcome `swept`. */
  readonly sweeps: readonly BookedSweep[]
  readonly external: readonly BookedExternal[]
  readonly refills: readonly {
    readonly keeper: Address
    readonly txHash: Hash
    readonly amountWei: bigint
    readonly blockNumber: bigint
  }[]
  readonly keepers: readonly {
    readonly address: Address
    readonly openingWei: bigint | null
    readonly openingBlock: bigint | null
  }[]
  readonly lanes: readonly { readonly sender: Address; readonly entryNonce: bigint }[]
  /** The chain's cold wallet, and its former ones (MONEY 18). */
  readonly coldWallets: ReadonlySet<Address>
  /**
   * One sentence for each reason why `deposits` may lack entries: data that the scanner could not
   * read, and unbacked deposits. @default none
   */
  readonly incomplete?: readonly string[]
  /** Wallets whose older blocks are still being backfilled: their rows are incomplete. */
  readonly backfilling: ReadonlySet<Address>
}

/** Reads the rows that reconciliation compares with the chain, and stores its reports. */
export interface BookStore {
  /** Reads one snapshot of the database. */
  rows(chainId: number, height: bigint): Promise<BookRows>
  /**
   * Stores the report. If it has differences, the same commit writes one `reconcile.difference`
   * event for all of them.
   */
  store(report: Reconciliation): Promise<void>
}
