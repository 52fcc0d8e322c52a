import { createTransactionCodec } from '../../../adapters/viem/transaction-codec.ts'
import type { Hex } from '../../../domain/address.ts'
import type { Attempt, Transaction } from '../../../domain/lanes/transaction.ts'

const codec = createTransactionCodec()

/** Signs the attempts of a made-up transaction, so that its bytes and hashes fit its row. */
export async function withRealBytes(transaction: Transaction, key: Hex): Promise<Transaction> {
  const { chainId, sender, nonce, to, data } = transaction
  const sign = async (attempt: Attempt): Promise<Attempt> => {
    const { kind, valueWei, gasLimit, maxFeeWei, maxPriorityFeeWei } = attempt
    const sent = kind === 'cancel' ? { to: sender, data: '0x' as const } : { to, data }
    const fees = { gasLimit, maxFeeWei, maxPriorityFeeWei }
    const unsigned = { chainId, feeMode: 'eip1559' as const, nonce, valueWei, fees, ...sent }
    return { ...attempt, ...(await codec.sign(unsigned, key)) }
  }
  return { ...transaction, attempts: await Promise.all(transaction.attempts.map(sign)) }
}
