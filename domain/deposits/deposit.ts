import type { Address, Hash } from '../address.ts'
import type { AssetId } from '../chains/asset.ts'
import type { Backing, BlockChange } from './backing.ts'
import type { Position } from './deposit-id.ts'
import type { DepositState } from './deposit-state.ts'

/** A deposit as the scanner reads it from a block, without a state. */
export interface SeenDeposit {
  readonly id: string
  readonly chainId: number
  readonly txHash: Hash
  readonly position: Position
  readonly asset: AssetId
  readonly wallet: Address
  readonly sender: Address
  readonly amount: bigint
  readonly blockNumber: bigint
  readonly blockHash: Hash
  readonly txIndex: number
  /** Order inside the transaction: −1 for the plain transfer, otherwise the log's place. */
  readonly logOrder: number
}

/** Adds the balances at detection (MONEY 24). Native coin is not measured. */
export interface MeasuredDeposit extends SeenDeposit {
  readonly backing?: Backing | null
  /** Of its wallet and token in its block. null: the state could not be read. */
  readonly balanceChange?: BlockChange['balanceChange'] | null
  readonly loggedOut?: BlockChange['loggedOut'] | null
}

/** The row: the detected deposit and its progress. */
export interface Deposit extends SeenDeposit {
  readonly state: DepositState
  readonly reason: string
  readonly detail: string
  readonly since: Date
  readonly sweepId: string | null
  readonly covered: boolean
  readonly confirmedAt: Date | null
  /** The doubt that an operator overruled by `approve`. */
  readonly doubtCleared?: string | null
}

/**
 * Native coin that the keeper received from elsewhere. Stored as a refill row, so that
 * reconciliation balances (MONEY 23).
 */
export interface SeenRefill {
  readonly chainId: number
  readonly txHash: Hash
  readonly position: Position
  readonly keeper: Address
  readonly sender: Address
  readonly amountWei: bigint
  readonly blockNumber: bigint
  readonly blockHash: Hash
}
