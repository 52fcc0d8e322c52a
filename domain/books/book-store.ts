import type { Address, Hash } from '../address.ts'
import type { AssetId } from '../chains/asset.ts'
import type { Step } from '../lanes/transaction.ts'
import type { Acknowledgement } from './acknowledgement.ts'
import type { Reconciliation } from './reconciliation.ts'

/** A deposit that counts in the books. */
export interface BookedDeposit {
  readonly id: string
  readonly wallet: Address
  readonly asset: AssetId
  readonly amount: bigint
  readonly blockNumber: bigint
}

/** One intent: the payment that used one nonce, with every attempt that was signed for it. */
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

/** A closed sweep whose transfer arrived. */
export interface BookedSweep {
  readonly id: string
  readonly wallet: Address
  readonly asset: AssetId
  readonly txHash: Hash
  readonly arrivedAmount: bigint
}

/** Explanation of an external transaction that an operator has adopted. */
export type ForeignKind = 'sweep' | 'gas' | 'drain' | 'nothing' | 'foreign'

/** A transaction of one of our addresses that coldsweep did not sign. */
export interface BookedExternal {
  readonly sender: Address
  readonly nonce: bigint
  /** null where coldsweep knows that the nonce is used, but not by which transaction. */
  readonly hash: Hash | null
  readonly blockNumber: bigint | null
  readonly kind: ForeignKind | null
  readonly adoptedBy: string | null
}

/**
 * The rows of one chain up to one height that reconciliation compares with the chain. All are read
 * in one snapshot of the database.
 */
export interface BookRows {
  /**
   * Orphaned, rejected and unbacked deposits are left out. Deposits that are ignored for other
   * reasons are included (MONEY 23).
   */
  readonly deposits: readonly BookedDeposit[]
  /** Intents of all heights, because only the chain shows which of their attempts are mined. */
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
  /** The chain's current and former cold wallets (MONEY 18). */
  readonly coldWallets: ReadonlySet<Address>
  /**
   * One sentence for each reason why `deposits` may lack entries: data that the scanner could not
   * read, and unbacked deposits. @default none
   */
  readonly incomplete?: readonly string[]
  /** Differences that operators have acknowledged. @default none */
  readonly acknowledgements?: readonly Acknowledgement[]
  /**
   * Wallets whose older blocks are still being backfilled, so that rows of their deposits may be
   * missing.
   */
  readonly backfilling: ReadonlySet<Address>
}

/** Reads the rows that reconciliation compares with the chain, and stores its reports. */
export interface BookStore {
  /** Reads one snapshot of the database. */
  rows(chainId: number, height: bigint): Promise<BookRows>
  /**
   * Stores the report. If it has differences that nobody has acknowledged, the same commit writes
   * one `reconcile.difference` event for all of them.
   */
  store(report: Reconciliation): Promise<void>
}
