import type { Address } from '../address.ts'
import type { AssetId } from '../chains/asset.ts'

/** Dust of one wallet and asset: deposits that ended `ignored(dust)` and that no sweep covers. */
export interface DustWallet {
  readonly chainId: number
  readonly wallet: Address
  readonly asset: AssetId
  /** Number of dust deposits. */
  readonly deposits: number
  /** Their sum, in the smallest unit. */
  readonly amount: bigint
  readonly since: Date
  /** The first of them in chain order. */
  readonly depositId: string
  /**
   * Number of other deposits of the wallet and asset that are not finished. Their sweep moves the
   * dust too.
   */
  readonly underWay: number
  /** Sum of deposits that an operator left in the wallet. A sweep of the dust moves them too. */
  readonly leftByOperators: bigint
}

export interface DustFilter {
  readonly chainId?: number | undefined
  readonly asset?: AssetId | undefined
  readonly wallet?: Address | undefined
}

/** Reads dust from the rows. */
export interface DustRows {
  /** Largest amount first within a chain and asset. */
  wallets(filter: DustFilter): Promise<readonly DustWallet[]>
}
