import { asc, eq } from 'drizzle-orm'
import type { Address, Hash } from '../../../domain/address.ts'
import type { AssetId } from '../../../domain/chains/asset.ts'
import type { Deposit } from '../../../domain/deposits/deposit.ts'
import type { Position } from '../../../domain/deposits/deposit-id.ts'
import type { DepositState } from '../../../domain/deposits/deposit-state.ts'
import type { DepositLookup } from '../../../domain/deposits/sweep-runs.ts'
import type { Sweep, SweepOutcome, SweepPlan } from '../../../domain/sweeps/sweep.ts'
import { deposits, sweeps } from '../../../drizzle/schema.ts'
import { withDatabaseErrors } from '../errors.ts'
import type { Queries } from '../queries.ts'

// This file converts rows of sweeps and deposits to the types of `domain/`.
export type SweepRow = typeof sweeps.$inferSelect
export type DepositRow = typeof deposits.$inferSelect

/**
 * Order of deposits in the chain, in which commits lock several of them. Only opening balances
 * share a place, and the one that was adopted first comes first.
 */
export const chainOrder = [
  asc(deposits.blockNumber),
  asc(deposits.txIndex),
  asc(deposits.logOrder),
  asc(deposits.detectedAt),
  asc(deposits.id),
]

/** Compares two rows by their place in the chain. */
export function inChainOrder(a: DepositRow, b: DepositRow): number {
  if (a.blockNumber !== b.blockNumber) return a.blockNumber < b.blockNumber ? -1 : 1
  return a.txIndex - b.txIndex || a.logOrder - b.logOrder
}

export async function readDeposit(db: Queries, id: string): Promise<Deposit | undefined> {
  const [row] = await db.select().from(deposits).where(eq(deposits.id, id))
  return row && toDeposit(row)
}

export async function readSweep(db: Queries, id: string): Promise<Sweep | undefined> {
  const [row] = await db.select().from(sweeps).where(eq(sweeps.id, id))
  return row && toSweep(row)
}

export function toDeposit(row: DepositRow): Deposit {
  return {
    ...row,
    txHash: row.txHash as Hash,
    position: row.position as Position,
    asset: row.asset as AssetId,
    wallet: row.wallet as Address,
    sender: row.sender as Address,
    blockHash: row.blockHash as Hash,
    state: row.state as DepositState,
  }
}

export function toSweep(row: SweepRow): Sweep {
  return {
    id: row.id,
    chainId: row.chainId,
    wallet: row.wallet as Address,
    asset: row.asset as AssetId,
    closed: row.closedAt !== null,
    leaseHolder: row.leaseHolder,
    plan: toPlan(row),
    outcome: toOutcome(row),
  }
}

function toPlan(row: SweepRow): SweepPlan | null {
  const { plannedAmount, plannedBlock, gasLimit, feeCapWei, gasShortWei } = row
  if (plannedAmount === null || plannedBlock === null || gasLimit === null) return null
  return {
    amount: plannedAmount,
    block: plannedBlock,
    gasLimit,
    feeCapWei: feeCapWei ?? 0n,
    gasShortWei: gasShortWei ?? 0n,
  }
}

function toOutcome(row: SweepRow): SweepOutcome | null {
  const { txHash, blockNumber, txIndex, leftAmount, arrivedAmount, coverableAmount } = row
  if (txHash === null || blockNumber === null || txIndex === null) return null
  return {
    txHash: txHash as Hash,
    blockNumber,
    txIndex,
    leftAmount: leftAmount ?? 0n,
    arrivedAmount: arrivedAmount ?? 0n,
    coverableAmount: coverableAmount ?? 0n,
    emptied: row.emptied ?? false,
    remainingAmount: row.remainingAmount,
    logOrder: row.logOrder,
    creditsBefore: row.creditsBefore,
    gasSpentWei: row.gasSpentWei ?? 0n,
  }
}

/** Creates the lookup of a deposit by its id. */
export function createDepositLookup(db: Queries): DepositLookup {
  return withDatabaseErrors<DepositLookup>({ find: (depositId) => readDeposit(db, depositId) })
}
