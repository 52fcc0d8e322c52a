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
  /** Order inside the transaction: −1 for the transaction's value, otherwise the log's place. */
  readonly logOrder: number
}

/**
 * A deposit with the balances that the scanner read at detection (MONEY 24). They are absent for
 * native coin.
 */
export interface MeasuredDeposit extends SeenDeposit {
  readonly backing?: Backing | null
  /**
   * Change of the wallet's token balance in the deposit's block; null where the balance could not
   * be read.
   */
  readonly balanceChange?: BlockChange['balanceChange'] | null
  readonly loggedOut?: BlockChange['loggedOut'] | null
}

/** The row of a deposit: the transfer as detected, and its progress. */
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
  /** Id of the operator's order to sweep this dust; null without one (MONEY 15). */
  readonly dustOrderId?: string | null
}

/**
 * Native coin that somebody sent to the keeper. coldsweep stores it as a refill, because the
 * keeper's books would not balance without it (MONEY 23).
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
