import type { Transaction } from '../domain/transaction.ts'
import type { MoneyChain } from '../transactions/money-chain.ts'

export type GasState = 'none' | 'pending' | 'mined' | 'failed'

/**
 * Where the newest gas transaction of a sweep is, judged by the chain: mined means a receipt with status 1 in a
 * canonical block. A key in Redis or a signal never stands for it.
 */
export async function gasState(
  chain: MoneyChain,
  transactions: readonly Transaction[],
): Promise<GasState> {
  const gas = transactions.filter((t) => t.step === 'gas').at(-1)
  if (!gas) return 'none'
  if (gas.state === 'succeeded') return 'mined'
  if (gas.state !== 'live') return 'failed'
  for (const attempt of gas.attempts) {
    // A mined cancel brings no gas; its end tells.
    if (attempt.kind === 'cancel') continue
    const receipt = await chain.state.receipt(attempt.hash)
    if (!receipt?.ok) continue
    if ((await chain.state.blockHash(receipt.blockNumber)) === receipt.blockHash) return 'mined'
  }
  return 'pending'
}
