import type { Address, Hash } from '../address.ts'
import type { DepositView } from '../deposits/deposit-view.ts'

/** The rows of one chain that decide whether a transfer is credited and swept. */
export interface ChainRows {
  /** undefined before the scanner's first start on the chain. */
  readonly scanner:
    | {
        readonly startHeight: bigint
        readonly height: bigint
        readonly finalHeight: bigint | null
        readonly updatedAt: Date
      }
    | undefined
  /** Reason of the pause and the operator; null while the chain is not paused. */
  readonly pausedReason: string | null
  /** null before `migrate` has registered the chain. */
  readonly coldWallet: Address | null
  readonly keepers: readonly { readonly address: Address; readonly retired: boolean }[]
  /** Blocks that the scanner has still to read for some transactions. */
  readonly unreadBlocks:
    | { readonly from: bigint; readonly to: bigint; readonly why: string }
    | undefined
  /**
   * Tokens that a scanner has listed, with the height above which blocks are still to be read for
   * the token; null where nothing is left to read.
   */
  readonly tokensReadTo: ReadonlyMap<Address, bigint | null>
}

/** A transaction that coldsweep itself signed. */
export interface OwnTransaction {
  readonly chainId: number
  readonly step: string
  readonly kind: string
  readonly state: string
  readonly sweepId: string
  /** Deposits of the sweep. */
  readonly depositIds: readonly string[]
}

/** The rows that name a transaction. */
export interface TransactionRows {
  /** Deposits that the transaction made. */
  readonly deposits: readonly DepositView[]
  readonly own: readonly OwnTransaction[]
  /** Chains on which no node could show the transaction to the scanner. */
  readonly unread: readonly {
    readonly chainId: number
    readonly why: string
    readonly answeredBy: string | null
  }[]
}

/** The rows that name an address on one chain. */
export interface AddressRows {
  /** Newest change first, at most 20. */
  readonly deposits: readonly DepositView[]
  /** Number of deposits by state and reason. */
  readonly counts: readonly {
    readonly state: string
    readonly reason: string
    readonly deposits: number
  }[]
  readonly lane:
    | {
        readonly role: string
        readonly nextNonce: bigint
        readonly holderSweepId: string | null
        readonly heldSince: Date | null
        readonly closedReason: string | null
      }
    | undefined
  /** Transactions of the address that coldsweep did not sign. */
  readonly external: number
}

/** Reads the rows that answer an operator's question about a transaction or an address. */
export interface ExplainRows {
  chain(chainId: number): Promise<ChainRows>
  transaction(hash: Hash): Promise<TransactionRows>
  address(chainId: number, address: Address): Promise<AddressRows>
  /** Time at which the scanner first read the address in `userwallet`; only known wallets. */
  wallets(addresses: readonly Address[]): Promise<ReadonlyMap<Address, Date>>
}

/** Whether the key in `userwallet` belongs to the wallet. Never the key itself. */
export type KeyProof =
  | { readonly kind: 'fits' }
  /** `userwallet` has no row of the address with a readable key. */
  | { readonly kind: 'missing' }
  | { readonly kind: 'wrong'; readonly rows: number }
  | { readonly kind: 'not-checked'; readonly why: string }

/** The exchange's table of wallets, now. */
export interface WalletTable {
  /** Which of the addresses have a row; undefined if the table cannot be read, with the reason. */
  listed(addresses: readonly Address[]): Promise<ReadonlySet<Address> | { readonly why: string }>
  proveKey(address: Address): Promise<KeyProof>
}
