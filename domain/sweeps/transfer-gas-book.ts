import type { TransferGasRecord } from './transfer-gas.ts'

/** What plain transfers take on each chain, as measured. */
export interface TransferGasBook {
  read(chainId: number): Promise<TransferGasRecord | undefined>
  /** Keeps a record that is there already. @returns the record that counts */
  recordFirst(
    chainId: number,
    measured: Omit<TransferGasRecord, 'measuredAt'>,
  ): Promise<TransferGasRecord>
  /** For `config check`, which an operator runs: replaces the record. */
  recordAnew(chainId: number, measured: Omit<TransferGasRecord, 'measuredAt'>): Promise<void>
}
