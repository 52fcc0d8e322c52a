import { QuorumDisagrees } from '../../domain/errors.ts'
import type { Transaction } from '../../domain/lanes/transaction.ts'
import type { MoneyChain } from '../../transactions/sign/money-chain.ts'
import { findMined } from '../../transactions/track/find-mined.ts'

/**
 * Why a transaction stays live although the chain has used its nonce: no node shows its receipt.
 * Empty where the nonce is free, or the receipt is there and the lane loop is about to note it. A
 * lookup that fails in any way is a reason too: the endpoint has just answered for the nonce, and a
 * gateway may fail for this receipt alone.
 * @throws QuorumDisagrees, which halts the sweep (MONEY 20)
 */
export async function unreadableReceipt(
  chain: MoneyChain,
  transaction: Transaction,
): Promise<string> {
  const { nonce, sender, attempts } = transaction
  if ((await chain.state.minedNonce(sender)) <= nonce) return ''
  const hashes = attempts.map(({ hash }) => hash).join(', ')
  const used = `the chain has used nonce ${nonce} of ${sender}`
  try {
    const mined = await findMined(chain, chain.state, transaction)
    return mined ? '' : `${used}, and no node shows a receipt of ${hashes} yet`
  } catch (error) {
    if (!(error instanceof Error) || error instanceof QuorumDisagrees) throw error
    return `${used}, and the receipt cannot be read: ${error.message}`
  }
}
