import type { Address, Hash } from '../address.ts'
import type { AssetId } from '../chains/asset.ts'
import type { Step } from '../lanes/transaction.ts'

export interface BookedDeposit {
  readonly id: string
  readonly wallet: Address
  readonly asset: AssetId
  readonly amount: bigint
  readonly blockNumber: bigint
}

/** One intent: a nonce of ours, with all that was signed for it. */
export interface BookedIntent {
  readonly key: string
  readonly sweepId: string
  readonly step: Step
  readonly sender: Address
  readonly nonce: bigint
  /** Of its sweep. */
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

/** What an adopted transaction was found to be; null while nobody has adopted it. */
export type ForeignKind = 'sweep' | 'gas' | 'nothing' | 'foreign'

export interface BookedForeign {
  readonly sender: Address
  readonly nonce: bigint
  /** null where only the used nonce was noticed. */
  readonly hash: Hash | null
  readonly blockNumber: bigint | null
  readonly kind: ForeignKind | null
  readonly adoptedBy: string | null
}

/** All rows of a chain that concern blocks up to one height, as they are at one moment. */
export interface BookRows {
  /** Not orphaned, not rejected, not unbacked; otherwise ignored ones too (MONEY 23). */
  readonly deposits: readonly BookedDeposit[]
  /** Of any height: only the chain knows which are mined. */
  readonly intents: readonly BookedIntent[]
  /** Closed ones that say they moved something. */
  readonly sweeps: readonly BookedSweep[]
  readonly foreign: readonly BookedForeign[]
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
  /** The chain's cold wallet, and those that it had before (MONEY 18). */
  readonly coldWallets: ReadonlySet<Address>
  /**
   * Sentences: what the scanner could not read up to the height, so that the rows may lack
   * deposits.
   */
  readonly incomplete?: readonly string[]
  /** Wallets whose older blocks are still being read: their rows are not whole yet. */
  readonly unread: ReadonlySet<Address>
}
