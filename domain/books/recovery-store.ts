import type { Address, Hash } from '../address.ts'
import type { Explanation } from './explain-external.ts'
import type { Taken } from './taken-from-sender.ts'

/** A lane to examine: closed, or with unexplained transactions. */
export interface LaneToRecover {
  readonly sender: Address
  /** null where the database has no lane of the sender (yet, or no longer). */
  readonly nextNonce: bigint | null
  readonly closedReason: string | null
  /** Not adopted yet, in nonce order. */
  readonly unexplained: readonly {
    readonly nonce: bigint
    /** null where only the used nonce was noticed. */
    readonly hash: Hash | null
  }[]
  /** An unreadable transaction of the sender that may be external. */
  readonly unread: Hash | undefined
  /** Nonces at or above `nextNonce` that were adopted earlier. */
  readonly adopted: readonly bigint[]
}

export interface Adoption {
  readonly nonce: bigint
  /** null where an operator accepts a used nonce whose transaction is unknown. */
  readonly hash: Hash | null
  readonly explanation: Explanation
  /** Of a sweep: its block left nothing of the asset. */
  readonly emptied: boolean
  /** Amounts that it moved, for people; empty for an unknown transaction. */
  readonly taken: readonly Taken[]
}

export interface LaneRecovery {
  readonly chainId: number
  readonly sender: Address
  readonly adoptions: readonly Adoption[]
  /** The chain's nonce: the lane continues from there. */
  readonly nextNonce: bigint
  readonly operator: string
  readonly reason: string
}

/** Rows that `coldsweep recover` reads and writes (MONEY 22). */
export interface RecoveryStore {
  keepers(chainId: number): Promise<ReadonlySet<Address>>
  /** The chain's cold wallet, and its former ones. */
  coldWallets(chainId: number): Promise<ReadonlySet<Address>>
  /** The user wallets among these addresses. */
  wallets(addresses: readonly Address[]): Promise<ReadonlySet<Address>>
  /** @param only one sender */
  lanes(chainId: number, only: Address | undefined): Promise<readonly LaneToRecover[]>
  /**
   * In one commit: adopts the transactions, writes a closed sweep row and its coverage for each
   * sweep, raises the lane's next nonce (never lowers it), opens the lane, and records the order.
   * Earlier adoptions stay unchanged. Throws `NotYet` where a sweep of the same wallet and asset is
   * in flight.
   */
  recover(recovery: LaneRecovery): Promise<{ readonly covered: number }>
}
