import type { Address, Hash } from '../address.ts'
import type { Explanation } from './explain-external.ts'
import type { Taken } from './taken-from-sender.ts'

/** A lane to look at: closed, or with transactions that nobody has explained. */
export interface LaneToRecover {
  readonly sender: Address
  /** null where the database has no lane of it (yet, or any more). */
  readonly nextNonce: bigint | null
  readonly closedReason: string | null
  /** Not adopted yet, in nonce order. */
  readonly unexplained: readonly {
    readonly nonce: bigint
    /** null where only the used nonce was noticed. */
    readonly hash: Hash | null
  }[]
  /** A transaction of the sender that cannot be read and may be none of ours. */
  readonly unread: Hash | undefined
  /** Nonces at or above `nextNonce` that were adopted before. */
  readonly adopted: readonly bigint[]
}

export interface Adoption {
  readonly nonce: bigint
  /** null where an operator accepts a used nonce whose transaction nobody has seen. */
  readonly hash: Hash | null
  readonly explanation: Explanation
  /** Of a sweep: nothing of the asset was left at its block. */
  readonly emptied: boolean
  /** For people: what it moved; empty where nobody has seen it. */
  readonly taken: readonly Taken[]
}

export interface LaneRecovery {
  readonly chainId: number
  readonly sender: Address
  readonly adoptions: readonly Adoption[]
  /** The chain's nonce: the lane goes on from there. */
  readonly nextNonce: bigint
  readonly operator: string
  readonly reason: string
}

/** What `coldsweep recover` reads and writes (MONEY 22). */
export interface Recovery {
  /** Scanner's heights; null before its first start. */
  heights(
    chainId: number,
  ): Promise<{ readonly scanned: bigint; readonly confirmed: bigint | null } | null>
  keepers(chainId: number): Promise<ReadonlySet<Address>>
  /** The chain's cold wallet, and those that it had before. */
  coldWallets(chainId: number): Promise<ReadonlySet<Address>>
  /** Which of these are user wallets. */
  wallets(addresses: readonly Address[]): Promise<ReadonlySet<Address>>
  /** @param only one sender */
  lanes(chainId: number, only: Address | undefined): Promise<readonly LaneToRecover[]>
  /**
   * In one commit: adopts, writes a closed sweep row and its coverage for each sweep, moves the
   * lane's next nonce up (never down), opens the lane, writes the order down. What was adopted
   * before is left as it is. Throws `NotYet` where a sweep of the same wallet and asset is in
   * flight.
   */
  recover(recovery: LaneRecovery): Promise<{ readonly covered: number }>
}
