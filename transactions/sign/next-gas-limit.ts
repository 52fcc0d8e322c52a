import { largerOf } from '../../domain/amount.ts'
import { withMargin } from '../../domain/chains/transfer-gas.ts'
import { isNativeSweep, newestAttempt, raisesGas } from '../../domain/lanes/replacement.ts'
import type { Transaction } from '../../domain/lanes/transaction.ts'
import type { MoneyChain } from './money-chain.ts'
import { transferGasLimit } from './transfer-gas.ts'

/**
 * The gas limit of a payment's next attempt: the newest one's, or a new estimate with room where
 * nodes refused that for its limit and the estimate is higher (on Arbitrum the L1 part of the limit
 * rises, cowprotocol/services #2795).
 */
export async function nextGasLimit(
  chain: Pick<MoneyChain, 'chain' | 'state' | 'transferGas'>,
  transaction: Transaction,
): Promise<bigint> {
  const { gasLimit } = newestAttempt(transaction)
  if (!raisesGas(transaction, gasLimit + 1n)) return gasLimit
  return largerOf(gasLimit, (await estimateAgain(chain, transaction)) ?? 0n)
}

async function estimateAgain(
  chain: Pick<MoneyChain, 'chain' | 'state' | 'transferGas'>,
  transaction: Transaction,
): Promise<bigint | undefined> {
  const { sender: from, to, step, valueWei, data } = transaction
  if (step === 'gas' || isNativeSweep(transaction)) {
    // What is swept grows smaller as the gas grows, so 1 wei stands for it.
    const limit = await transferGasLimit(chain, {
      from,
      to,
      valueWei: step === 'gas' ? valueWei : 1n,
    })
    return limit.kind === 'gas' ? limit.gas : undefined
  }
  const estimate = await chain.state.estimateGas({ from, to, data, valueWei: 0n })
  return estimate.kind === 'gas' ? withMargin(estimate.gas) : undefined
}
