import type { ListedAsset } from '../../domain/chains/asset.ts'
import type { Chain } from '../../domain/chains/chain.ts'
import type { AssetNames } from '../views/asset-names.ts'
import type { DepositJson } from '../views/deposit-json.ts'
import type { Commands } from './commands.ts'

/** One answer to "why was it (not) credited, (not) swept?". */
export interface Answer {
  /** Stable for scripts, such as `unlisted-token`. */
  readonly cause: Cause
  /** One or two sentences for an operator. */
  readonly why: string
  /** The row of the exchange's table, or entry of coldsweep.yaml, that has to be added first. */
  readonly add?: { readonly to: 'userwallet' | 'coldsweep.yaml'; readonly text: string }
  /** Shell commands to copy, in the order in which they are run. */
  readonly commands: readonly string[]
}

export type Cause =
  // No deposit, and none will come by itself.
  | 'failed'
  | 'zero'
  | 'to-itself'
  | 'no-receiver'
  | 'unlisted-token'
  | 'unknown-wallet'
  | 'own-address'
  | 'keeper-money'
  | 'refill'
  | 'own-transaction'
  | 'before-start'
  | 'late-wallet'
  | 'late-token'
  | 'not-traced'
  | 'missed'
  // No deposit yet.
  | 'no-such-transaction'
  | 'chain-unreachable'
  | 'pending'
  | 'unread-block'
  | 'unread-transaction'
  | 'wallet-not-read'
  | 'scanner-not-started'
  // A deposit.
  | 'orphaned'
  | 'not-final'
  | 'not-agreed'
  | 'in-doubt'
  | 'held'
  | 'chain-paused'
  | 'waiting'
  | 'sweeping'
  | 'swept'
  | 'below-minimum'
  | 'skipped'
  | 'needs-attention'

/** One transfer of a transaction, with its answer. Amounts are in the smallest unit. */
export interface TransferAnswer extends Answer {
  readonly position: string
  /** Symbol, or the address of a token that is not listed. */
  readonly asset: string
  /** EIP-55 */
  readonly from: string
  readonly to: string | null
  readonly amount: string
  readonly text: string
  readonly deposit: DepositJson | null
}

/** Settings of a chain that decide about a credit. */
export interface ExplainedChain extends Pick<Chain, 'id' | 'name' | 'native' | 'coldWallet'> {
  readonly tokens: readonly ListedAsset[]
  readonly gasKeeper: Pick<Chain['gasKeeper'], 'address'>
  readonly startBlock: 'latest' | bigint
  readonly internalTransfers: 'trace' | 'balance' | 'off'
}

/** Words and commands for the answers of one caller. */
export interface Wording {
  readonly names: AssetNames
  readonly commands: Commands
}
