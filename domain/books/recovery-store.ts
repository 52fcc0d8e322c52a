import type { Address, Hash } from '../address.ts'
import type { Explanation } from './explain-external.ts'
import type { Taken } from './taken-from-sender.ts'

/** A lane that `coldsweep recover` examines: it is closed, or has unexplained transactions. */
export interface LaneToRecover {
  readonly sender: Address
  /** null where the database has no row for the sender's lane. */
  readonly nextNonce: bigint | null
  readonly closedReason: string | null
  /** External transactions that nobody has adopted yet, in nonce order. */
  readonly unexplained: readonly {
    readonly nonce: bigint
    /** null where coldsweep knows that the nonce is used, but does not know the transaction. */
    readonly hash: Hash | null
  }[]
  /**
   * Hash of a transaction of the sender that the scanner could not read and that may be external.
   */
  readonly unread: Hash | undefined
  /** Nonces at or above `nextNonce` whose transactions were adopted earlier. */
  readonly adopted: readonly bigint[]
}

/** The decision to enter one external transaction, or one used nonce, into the books. */
export interface Adoption {
  readonly nonce: bigint
  /** null where an operator accepts a used nonce whose transaction is unknown. */
  readonly hash: Hash | null
  readonly explanation: Explanation
  /** For a sweep: whether the wallet held none of the asset after the sweep's block. */
  readonly emptied: boolean
  /** Amounts that the transaction took from its sender; empty for an unknown transaction. */
  readonly taken: readonly Taken[]
}

/** A lane and the on-chain explanation of its unknown nonces. */
export interface ExplainedLane {
  readonly sender: Address
  readonly closedReason: string | null
  readonly nextNonce: bigint | null
  /** The chain's next nonce, from which the opened lane continues. */
  readonly chainNonce: bigint
  readonly adoptions: readonly Adoption[]
  /** Reasons to keep the lane closed, as sentences; empty if it is fully explained. */
  readonly obstacles: readonly string[]
}

/** The adoptions of one lane, and the nonce at which the lane continues. */
export interface LaneRecovery {
  readonly chainId: number
  readonly sender: Address
  readonly adoptions: readonly Adoption[]
  /** Next nonce of the sender on the chain, at which the lane continues. */
  readonly nextNonce: bigint
  readonly operator: string
  readonly reason: string
}

/** Rows that `coldsweep recover` reads and writes (MONEY 22). */
export interface RecoveryStore {
  /** Returns the chain's current and retired keepers. */
  keepers(chainId: number): Promise<ReadonlySet<Address>>
  /** Returns the chain's retired keepers. */
  retiredKeepers(chainId: number): Promise<ReadonlySet<Address>>
  /** Returns the chain's current and former cold wallets. */
  coldWallets(chainId: number): Promise<ReadonlySet<Address>>
  /** Returns those of the addresses that are user wallets. */
  wallets(addresses: readonly Address[]): Promise<ReadonlySet<Address>>
  /**
   * Returns the lanes that need recovery.
   * @param only limits the result to this sender
   */
  lanes(chainId: number, only: Address | undefined): Promise<readonly LaneToRecover[]>
  /**
   * Carries out the recovery of a lane in one commit. It adopts the transactions, writes a closed
   * sweep row and its coverage for each sweep, raises the lane's next nonce (never lowers it),
   * opens the lane, and records the operator's order. Earlier adoptions stay unchanged. Throws
   * `NotYet` while a sweep of the same wallet and asset is in flight.
   * @returns the number of deposits that the sweeps covered
   */
  recover(recovery: LaneRecovery): Promise<{ readonly covered: number }>
}
