import { largerOf, smallerOf } from '../amount.ts'

/**
 * Gas of a plain transfer on Ethereum, used for chains without a record. A keeper that cannot pay
 * for this much gas counts as empty.
 */
export const plainTransferGas = 21_000n

/**
 * Adds 20 % to the node’s estimate, because a token transfer may access a cold storage slot that
 * the estimate did not.
 */
export function withMargin(estimate: bigint): bigint {
  return (estimate * 6n + 4n) / 5n
}

/** Gas of a plain native transfer on a chain, as last measured. */
export interface TransferGasRecord {
  readonly gas: bigint
  readonly blockNumber: bigint
  readonly measuredAt: Date
  /** `config check`, or `first start` if there was no record. */
  readonly measuredBy: string
}

/** Returns the highest gas that an estimate may ask for: the record plus a quarter. */
export function mostTransferGas(recorded: bigint): bigint {
  return (recorded * 5n) / 4n
}

/**
 * Decides the gas limit of a plain transfer: the estimate with its margin, at least the record, at
 * most the record plus a quarter. An estimate above this maximum is returned as `above-record`.
 */
export function judgeTransferGas(
  recorded: bigint,
  estimate: bigint,
):
  | { readonly kind: 'gas'; readonly gas: bigint }
  | { readonly kind: 'above-record'; readonly detail: string } {
  const most = mostTransferGas(recorded)
  if (estimate > most) {
    const detail = `the node estimates ${estimate} gas for a plain transfer; ${recorded} are recorded for this chain, and up to ${most} are allowed: run "coldsweep config check" to measure and record it again`
    return { kind: 'above-record', detail }
  }
  return { kind: 'gas', gas: smallerOf(largerOf(withMargin(estimate), recorded), most) }
}

/** Stores the measured gas of plain transfers, one record per chain. */
export interface TransferGasStore {
  read(chainId: number): Promise<TransferGasRecord | undefined>
  /**
   * Stores the first record of a chain; an existing record stays unchanged. @returns the stored
   * record
   */
  recordFirst(
    chainId: number,
    measured: Omit<TransferGasRecord, 'measuredAt'>,
  ): Promise<TransferGasRecord>
  /**
   * Replaces the record. Only the operator's command `coldsweep config check` calls this method.
   */
  replaceRecord(chainId: number, measured: Omit<TransferGasRecord, 'measuredAt'>): Promise<void>
}
