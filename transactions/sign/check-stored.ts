import type { TransactionCodec } from '../../domain/lanes/signing.ts'
import type { Attempt, Transaction } from '../../domain/lanes/transaction.ts'
import { PolicyRefused } from '../../domain/money-errors.ts'

/**
 * MONEY 27: a row alone makes nobody sign. Decodes the bytes of each attempt, recovers their
 * sender, and compares them with the row. Only the sender's key can have made these
 * bytes, so a row that somebody inserted or changed gets no replacement.
 * @throws PolicyRefused with the fields that differ
 */
export async function checkStored(
  codec: Pick<TransactionCodec, 'decode'>,
  transaction: Transaction,
): Promise<void> {
  const [first] = transaction.attempts
  if (!first) throw refusal(transaction, 'it has no signed attempt')
  // A replacement takes the value, and limits its sum, by the first attempt.
  if (transaction.valueWei !== first.valueWei || transaction.gasLimit !== first.gasLimit)
    throw refusal(transaction, 'its value or gas limit is not that of its first attempt')
  for (const attempt of transaction.attempts) {
    const different = await differences(codec, transaction, attempt)
    if (different.length > 0)
      throw refusal(transaction, `attempt ${attempt.number} differs in: ${different.join(', ')}`)
  }
}

async function differences(
  codec: Pick<TransactionCodec, 'decode'>,
  { key, chainId, sender, nonce, to, data }: Transaction,
  attempt: Attempt,
): Promise<string[]> {
  const read = await codec.decode(attempt.raw).catch((error: unknown) => {
    throw refusal({ key }, `its bytes cannot be read: ${String(error)}`)
  })
  const isCancel = attempt.kind === 'cancel'
  const pairs: readonly [string, unknown, unknown][] = [
    ['sender', read.sender, sender],
    ['hash', read.hash, attempt.hash],
    ['chain id', read.chainId, chainId],
    ['nonce', read.nonce, nonce],
    ['to', read.to, isCancel ? sender : to],
    ['value', read.valueWei, attempt.valueWei],
    ['calldata', read.data, isCancel ? '0x' : data],
    ['gas limit', read.fees.gasLimit, attempt.gasLimit],
    ['max fee', read.fees.maxFeeWei, attempt.maxFeeWei],
    ['tip', read.fees.maxPriorityFeeWei, attempt.maxPriorityFeeWei],
  ]
  return pairs.filter(([, stored, row]) => stored !== row).map(([name]) => name)
}

function refusal({ key }: Pick<Transaction, 'key'>, why: string): PolicyRefused {
  return new PolicyRefused(`replacement refused: the row ${key} is not what was signed: ${why}`)
}
