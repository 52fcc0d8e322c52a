import type { AssetId } from '../chains/asset.ts'

/** The kinds of rows that finance exports. */
export const exportKinds = ['deposits', 'sweeps', 'gas'] as const
export type ExportKind = (typeof exportKinds)[number]

/**
 * A half-open interval of time. Times are RFC 3339 text, because rows have microseconds and `Date`
 * has not.
 */
export interface ExportRange {
  readonly from: string
  /** First moment after the interval. Fixed when the export begins. */
  readonly to: string
  /** @default all chains */
  readonly chainId?: number | undefined
}

/** A credited deposit. Amounts are in the asset's smallest unit, gas in wei, times RFC 3339. */
export interface ExportedDeposit {
  readonly id: string
  readonly chainId: number
  readonly asset: AssetId
  readonly wallet: string
  readonly sender: string
  readonly txHash: string
  readonly blockNumber: bigint
  readonly detectedAt: string
  readonly creditedAt: string
  /** State and reason at the moment of the read. */
  readonly state: string
  readonly reason: string
  readonly amount: bigint
  /** The sweep that covered the deposit before the end of the interval was fixed; else null. */
  readonly sweep: {
    readonly id: string
    readonly txHash: string | null
    readonly doneAt: string
    readonly gasShareWei: bigint | null
  } | null
}

/** A closed sweep that signed at least one transaction. */
export interface ExportedSweep {
  readonly id: string
  readonly chainId: number
  readonly asset: AssetId
  readonly wallet: string
  readonly outcome: string
  readonly openedAt: string
  readonly closedAt: string
  readonly txHash: string | null
  readonly blockNumber: bigint | null
  /** Number and sum of the deposits that the sweep covers. */
  readonly deposits: number
  readonly depositsAmount: bigint
  readonly left: bigint | null
  readonly arrived: bigint | null
  readonly gasReturnedWei: bigint | null
  readonly gasWei: bigint
}

/** A mined transaction of a keeper or a user wallet. Amounts in wei. */
export interface ExportedGas {
  /** Key of the intent, or `external:<sender>:<nonce>`. */
  readonly id: string
  readonly chainId: number
  /** `gas`, `sweep`, `cancel`, `nothing` (adopted, moved nothing) or `external`. */
  readonly kind: string
  readonly paidBy: 'keeper' | 'wallet'
  readonly sender: string
  readonly to: string | null
  readonly sweepId: string | null
  /** Asset of the sweep; null for a transaction without a sweep. */
  readonly asset: AssetId | null
  readonly txHash: string
  readonly blockNumber: bigint | null
  /** When coldsweep recorded the end of the transaction. */
  readonly endedAt: string
  readonly succeeded: boolean | null
  readonly valueWei: bigint
  readonly gasUsed: bigint | null
  readonly gasPriceWei: bigint | null
  readonly l1FeeWei: bigint | null
  readonly feeWei: bigint
}

export interface ExportedRows {
  readonly deposits: ExportedDeposit
  readonly sweeps: ExportedSweep
  readonly gas: ExportedGas
}

/**
 * Reads rows for exports, page by page in the order of their time. No transaction stays open
 * between pages. The set of rows is fixed by `fixRange`: rows that are written later have a later
 * time.
 */
export interface ExportStore {
  /**
   * Fixes the end of the interval, at most now, and waits until no commit with an earlier time is
   * in progress. Throws `NotYet` if such a commit lasts too long.
   */
  fixRange(range: ExportRange): Promise<ExportRange>
  pages<K extends ExportKind>(
    kind: K,
    range: ExportRange,
    rowsPerPage?: number,
  ): AsyncIterable<readonly ExportedRows[K][]>
}
