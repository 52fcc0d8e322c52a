import type { Transaction } from '../../domain/lanes/transaction.ts'
import type { MoneyChain } from '../../transactions/sign/money-chain.ts'
import { findMined } from '../../transactions/track/find-mined.ts'

export type GasState = 'none' | 'pending' | 'mined' | 'failed'

/**
 * Where the newest gas transaction of a sweep is, judged by the chain: mined means a receipt with
 * status 1 in a canonical block. A key in Redis or a signal never stands for it.
 */
export async function gasState(
  chain: MoneyChain,
  transactions: readonly Transaction[],
): Promise<GasState> {
  const gas = transactions.filter((t) => t.step === 'gas').at(-1)
  if (!gas) return 'none'
  if (gas.state === 'succeeded') return 'mined'
  if (gas.state !== 'live') return 'failed'
  // A mined cancel brings no gas; its end tells.
  const payments = gas.attempts.filter(({ kind }) => kind === 'send')
  const mined = await findMined(chain, chain.state, { attempts: payments })
  return mined?.ok ? 'mined' : 'pending'
}
