import type { SweepDetails } from '../../adapters/drizzle/lanes/sweep-details.ts'

/** The sweep's row: plan, lease and outcome. Amounts are in the asset's smallest unit or wei. */
export function toSweepJson(row: NonNullable<SweepDetails['sweep']>) {
  const digits = (amount: bigint | null) => amount?.toString() ?? null
  return {
    id: row.id,
    method: row.method,
    openedAt: row.openedAt.toISOString(),
    closedAt: row.closedAt?.toISOString() ?? null,
    outcome: row.outcome,
    leaseHolder: row.leaseHolder,
    leaseUntil: row.leaseUntil?.toISOString() ?? null,
    plannedAmount: digits(row.plannedAmount),
    gasLimit: digits(row.gasLimit),
    feeCap: digits(row.feeCapWei),
    gasShort: digits(row.gasShortWei),
    left: digits(row.leftAmount),
    arrived: digits(row.arrivedAmount),
    gasReturned: digits(row.gasReturnedWei),
    gasSpent: digits(row.gasSpentWei),
    txHash: row.txHash,
    blockNumber: row.blockNumber === null ? null : Number(row.blockNumber),
  }
}
