import type { BlockTransaction } from '../../domain/chains/block.ts'
import { readRequestedTransfer } from '../../domain/chains/erc20.ts'
import type {
  MinedTransactionView,
  SignedCall,
} from '../../domain/chains/nodes/transaction-finder.ts'
import { type Movement, movementsOf } from '../../domain/scan/credit-rule.ts'

/** A movement that `explain` answers about. */
export interface ShownMovement extends Movement {
  /** Position of a deposit; `call` for a transfer that only the calldata names. */
  readonly position: string
  /** Replaces the amount where the transaction names none. */
  readonly text?: string
}

/**
 * The movements of a mined transaction. Where nothing moved: the movements that it asks for.
 */
export function shownMovements({
  transaction,
  call,
  receipt,
  internal,
}: Pick<
  MinedTransactionView,
  'transaction' | 'call' | 'receipt' | 'internal'
>): readonly ShownMovement[] {
  if (!receipt.ok) return requestedMovements(transaction, call)
  const all = movementsOf(transaction, internal ?? [], receipt)
  // A call with value 0 next to real transfers says nothing.
  const moved = all.filter(({ amount }, place) => amount > 0n || place > 0)
  return moved.length > 0 ? moved : requestedMovements(transaction, call)
}

/** The movements that a transaction asks for: its value, and the transfer that it calls. */
export function requestedMovements(
  { from, to, value }: Pick<BlockTransaction, 'from' | 'to' | 'value'>,
  { input }: SignedCall,
): readonly ShownMovement[] {
  const native = { asset: 'native', from, to, amount: value, position: 'native' } as const
  const asked = to === null ? undefined : readRequestedTransfer(from, to, input)
  if (asked) {
    const { token, amount } = asked
    const called = { asset: token, from: asked.from, to: asked.to, amount, position: 'call' }
    return value > 0n ? [native, called] : [called]
  }
  if (value > 0n || (to !== null && input === '0x')) return [native]
  if (to === null) return [{ ...native, text: 'a contract creation' }]
  const isWhole = input.length >= 10
  return [{ ...native, text: isWhole ? `a call of function ${input.slice(0, 10)}` : 'a call' }]
}
