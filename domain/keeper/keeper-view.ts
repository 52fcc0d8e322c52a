import type { Address, Hash } from '../address.ts'
import type { DrainDestination, Transaction } from '../lanes/transaction.ts'

/** A payment to the keeper that is not coldsweep's own. */
export interface KeeperRefill {
  readonly txHash: Hash
  readonly sender: Address
  readonly amountWei: bigint
  readonly blockNumber: bigint
}

/** The database's facts about the keeper of a chain. */
export interface KeeperView {
  /** The keeper's own transactions that are not final yet, in nonce order. */
  readonly live: readonly Transaction[]
  /** null before the keeper's first transaction. */
  readonly nextNonce: bigint | null
  readonly closedReason: string | null
  /** Reason of the pause and the operator; null while the chain is not paused. */
  readonly pausedReason: string | null
  /** Number of deposits that wait for the keeper, by reason. */
  readonly waiting: ReadonlyMap<string, number>
  /** The level that keeperWatch last announced. */
  readonly watch:
    | {
        readonly level: string
        readonly balanceWei: bigint
        readonly since: Date
        readonly lookedAt: Date
      }
    | undefined
  /** Newest first, at most ten. */
  readonly refills: readonly KeeperRefill[]
  readonly retired: readonly Address[]
  /** Time from which this keeper is the current keeper; undefined before `migrate`. */
  readonly since: Date | undefined
  /** Every other keeper that the chain had, oldest first. */
  readonly others: readonly OtherKeeper[]
  /**
   * Number of the keeper's transactions that no attempt of ours explains. Each of them raised an
   * alarm (MONEY 5).
   */
  readonly external: number
}

/** A keeper of the chain that is not configured now. */
export interface OtherKeeper {
  readonly address: Address
  readonly retiredAt: Date | null
  /** Its transactions that are not final. */
  readonly live: number
  readonly closedReason: string | null
  readonly external: number
  /** The newest order to drain it. */
  readonly drain: DrainView | undefined
  /** A payment arrived after the block of the newest drain. */
  readonly refilled: boolean
}

/** An order to drain a retired keeper, as an operator sees it. */
export interface DrainView {
  readonly id: string
  readonly chainId: number
  readonly keeper: Address
  readonly to: DrainDestination
  readonly operator: string
  readonly reason: string
  readonly orderedAt: Date
  /** Why the worker has signed nothing yet. */
  readonly waitingFor: string | null
  /** null while the order is open. */
  readonly closedAt: Date | null
  /** `drained`; `void`: there was no rest; `withdrawn` by an operator; `returned`:
   * the keeper was current again before the signature; or the other end of its transaction. */
  readonly outcome: string | null
  readonly txHash: Hash | null
  readonly blockNumber: bigint | null
  readonly restWei: bigint | null
}
