import { largerOf } from '../../domain/amount.ts'
import { whyAboveGasCap } from '../../domain/chains/caps.ts'
import type { ChainState } from '../../domain/chains/nodes/chain-state.ts'
import {
  recordedTransferGas,
  transferGasLimit,
} from '../../domain/chains/nodes/transfer-gas-limit.ts'
import { withMargin } from '../../domain/chains/transfer-gas.ts'
import { isTokenSend, newestAttempt, raisesGas, sendsRest } from '../../domain/lanes/replacement.ts'
import type { Transaction } from '../../domain/lanes/transaction.ts'
import type { MoneyChain } from './money-chain.ts'

/**
 * Returns the gas limit of a payment's next attempt: the limit of the newest attempt, or a new
 * estimate with margin if nodes refused the newest limit and the estimate is higher. On Arbitrum
 * the needed limit rises with its L1 part (cowprotocol/services #2795). An estimate above the
 * operator's cap is not used (MONEY 26).
 */
export async function nextGasLimit(
  chain: Pick<MoneyChain, 'chain' | 'state' | 'transferGas'>,
  transaction: Transaction,
): Promise<bigint> {
  const { gasLimit } = newestAttempt(transaction)
  if (!raisesGas(transaction, gasLimit + 1n)) return gasLimit
  const estimate = (await estimateAgain(chain, transaction)) ?? 0n
  const asset = isTokenSend(transaction) ? transaction.to : 'native'
  const transferGas = await recordedTransferGas(chain)
  const above = whyAboveGasCap(chain.chain, { asset, gasLimit: estimate, transferGas })
  return above === undefined ? largerOf(gasLimit, estimate) : gasLimit
}

async function estimateAgain(
  chain: Pick<MoneyChain, 'chain' | 'state' | 'transferGas'>,
  transaction: Transaction,
): Promise<bigint | undefined> {
  const { sender: from, to, step, valueWei, data } = transaction
  if (step === 'gas' || sendsRest(transaction)) {
    // The swept value shrinks as gas grows, so the estimate uses 1 wei.
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

/**
 * Returns the L1 fee of a signed transaction on a rollup at current L1 prices, in wei. The fee is
 * never less than at signing, and 0n on a chain without such a fee. The current fee is needed
 * because a node refuses a transaction whose sender cannot pay today's fee.
 */
export async function rollupFeeNow(
  state: Pick<ChainState, 'rollupFee'>,
  transaction: Transaction,
): Promise<bigint> {
  const { to, valueWei, data, l1FeeWei } = transaction
  const { maxFeeWei, gasLimit } = newestAttempt(transaction)
  return largerOf(l1FeeWei, await state.rollupFee({ to, valueWei, data, gasLimit, maxFeeWei }))
}
