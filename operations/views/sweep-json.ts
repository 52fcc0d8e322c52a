import { getAddress } from 'viem/utils'
import type { Attempt, Transaction } from '../../domain/lanes/transaction.ts'
import type { SendRecord, StoredSweep } from '../../domain/sweeps/sweep-details.ts'

/**
 * Returns a sweep's row for `--json`: plan, lease and outcome. Amounts are in the asset's smallest
 * unit or in wei.
 */
export function toSweepJson(row: StoredSweep) {
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

/**
 * Returns a transaction with its attempts for `--json`. Signed bytes are left out (MONEY 19).
 * Amounts are in wei.
 */
export function toTransactionJson(
  transaction: Transaction,
  sends: ReadonlyMap<string, SendRecord>,
) {
  const { mined } = transaction
  return {
    key: transaction.key,
    step: transaction.step,
    round: transaction.round,
    state: transaction.state,
    sender: getAddress(transaction.sender),
    nonce: Number(transaction.nonce),
    to: getAddress(transaction.to),
    value: transaction.valueWei.toString(),
    gasLimit: transaction.gasLimit.toString(),
    feeCap: transaction.feeCapWei.toString(),
    mined: mined && {
      hash: mined.hash,
      blockNumber: Number(mined.blockNumber),
      ok: mined.ok,
      gasUsed: mined.gasUsed.toString(),
      gasPrice: mined.gasPriceWei.toString(),
      fee: (mined.gasUsed * mined.gasPriceWei + mined.l1FeeWei).toString(),
    },
    attempts: transaction.attempts.map((attempt) => toAttemptJson(attempt, sends)),
  }
}

function toAttemptJson(attempt: Attempt, sends: ReadonlyMap<string, SendRecord>) {
  const record = sends.get(attempt.hash)
  return {
    hash: attempt.hash,
    number: attempt.number,
    kind: attempt.kind,
    value: attempt.valueWei.toString(),
    maxFee: attempt.maxFeeWei.toString(),
    maxPriorityFee: attempt.maxPriorityFeeWei.toString(),
    sends: record?.sends ?? 0,
    lastSentAt: attempt.lastSentAt?.toISOString() ?? null,
    lastError: record?.lastError ?? null,
  }
}

export type TransactionJson = ReturnType<typeof toTransactionJson>
