import type { BlockHeader } from '../../domain/chains/block.ts'
import { describeLongUnmined, isLongUnmined } from '../../domain/lanes/long-unmined.ts'
import type { Turn } from '../../domain/lanes/replacement-due.ts'
import type { Transaction } from '../../domain/lanes/transaction.ts'
import type { MoneyChain } from '../../transactions/sign/money-chain.ts'

type Asked = Pick<MoneyChain, 'chain' | 'state'>

/**
 * Reads the sender's nonce at the head. The nonce shows whether a long unmined transaction is the
 * next to be mined. Returns undefined, without a request, for a recent transaction.
 */
export async function readTurn(
  { chain, state }: Asked,
  transaction: Transaction,
  head: BlockHeader,
): Promise<Turn | undefined> {
  if (!isLongUnmined(chain, transaction, head.number)) return undefined
  return {
    headBlock: head.number,
    chainNonce: await state.nonceAt(transaction.sender, head.hash),
  }
}

/** Describes age and fees of the first long unmined transaction; '' if there is none. */
export async function readLongUnmined(
  on: Asked,
  transactions: readonly Transaction[],
): Promise<string> {
  const head = await on.state.head()
  const found = transactions.find((it) => isLongUnmined(on.chain, it, head.number))
  const turn = found && (await readTurn(on, found, head))
  return turn ? describeLongUnmined(on.chain, await on.state.feeQuote(), found, turn) : ''
}
