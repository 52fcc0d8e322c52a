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

/** One intent: a nonce of ours, with all its signed attempts. */
export interface BookedIntent {
  readonly key: string
  readonly sweepId: string
  readonly step: Step
  readonly sender: Address
  readonly nonce: bigint
  /** Wallet of its sweep. */
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
  /** null where only the used nonce was noticed. */
  readonly hash: Hash | null
  readonly blockNumber: bigint | null
  readonly kind: ForeignKind | null
  readonly adoptedBy: string | null
}

/** Rows of a chain that concern blocks up to one height, in one snapshot. */
export interface BookRows {
  /** Without orphaned, rejected and unbacked deposits; with other ignored ones (MONEY 23). */
  readonly deposits: readonly BookedDeposit[]
  /** Of any height: only the chain knows which are mined. */
  readonly intents: readonly BookedIntent[]
  /** Closed sweeps that moved something. */
  readonly sweeps: readonly BookedSweep[]
  readonly foreign: readonly BookedExternal[]
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
   * Sentences about data up to the height that the scanner could not read, so that deposits may be
   * missing.
   */
  readonly incomplete?: readonly string[]
  /** Wallets whose older blocks are still being backfilled: their rows are incomplete. */
  readonly unread: ReadonlySet<Address>
}

/** Rows for reconciliation, and its reports. */
export interface BookStore {
  /** Reads one snapshot of the database. */
  rows(chainId: number, height: bigint): Promise<BookRows>
  /**
   * Stores the report. A difference also writes its event (`reconcile.difference`) in the same
   * commit.
   */
  store(report: Reconciliation): Promise<void>
}
