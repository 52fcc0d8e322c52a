import type { Address, Hash } from '../address.ts'
import type { AssetId } from '../chains/asset.ts'

/** A block by number and hash. */
export interface BlockPlace {
  readonly number: bigint
  readonly hash: Hash
}

/** Balance of a wallet's asset at a block, in the smallest unit. */
export interface ReadBalance {
  readonly wallet: Address
  readonly asset: AssetId
  readonly amount: bigint
}

/** An earlier sweep that moved a part of an opening balance. */
export interface MovedBy {
  readonly sweepId: string
  readonly blockNumber: bigint
  readonly txIndex: number
}

/**
 * Part of a balance that no row explains, and that became an opening balance. The part of each
 * earlier sweep is an opening balance of its own.
 */
export interface AdoptedBalance extends ReadBalance {
  /** undefined for the part that no recorded sweep moved. */
  readonly movedBy?: MovedBy | undefined
  readonly depositId: string
}

/** A balance that cannot be judged now. */
export interface SkippedBalance {
  readonly wallet: Address
  readonly asset: AssetId
  /** One clause for people. */
  readonly why: string
}

export interface Adoptions {
  readonly adopted: readonly AdoptedBalance[]
  readonly skipped: readonly SkippedBalance[]
}

export interface AdoptionOrder {
  readonly operator: string
  readonly reason: string
  /** Judges only, and writes nothing. */
  readonly dryRun: boolean
}

/** Compares balances with the rows, and writes opening balances (MONEY 25). */
export interface OpeningBook {
  /** Returns one page of wallets after a sequence, in order of sequence; empty at the end. */
  wallets(
    afterSeq: bigint,
    limit: number,
  ): Promise<readonly { readonly address: Address; readonly seq: bigint }[]>
  isWallet(address: Address): Promise<boolean>
  /**
   * Writes an opening balance for each balance that exceeds the amount that the rows explain at the
   * block, in one commit. The commit computes that amount under the lock of the scanner's cursor,
   * so that no deposit can be stored meanwhile. A repeat finds nothing unexplained.
   * @param block a block that is final for the scanner
   * @throws NotYet if the scanner has not confirmed the block, or has another block at its height
   */
  adopt(
    chainId: number,
    block: BlockPlace,
    balances: readonly ReadBalance[],
    order: AdoptionOrder,
  ): Promise<Adoptions>
}
