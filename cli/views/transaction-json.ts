import type { SendRecord } from '../../adapters/drizzle/lanes/sweep-details.ts'
import { toEip55 } from '../../adapters/viem/to-eip55.ts'
import type { Attempt, Transaction } from '../../domain/lanes/transaction.ts'

/**
 * A transaction with its attempts, without their signed bytes (MONEY 19). Amounts are in wei.
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
    sender: toEip55(transaction.sender),
    nonce: Number(transaction.nonce),
    to: toEip55(transaction.to),
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
