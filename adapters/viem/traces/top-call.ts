import type { Hash } from '../../../domain/address.ts'
import type { ListedTransaction } from '../../../domain/chains/listed-transactions.ts'
import { ChainAnswerBad } from '../../../domain/errors.ts'

/**
 * A traced transaction, with the parties of the call that its trace must begin with. An unknown
 * party (`from` null, `to` undefined) is not compared.
 */
export type TracedTransaction = Pick<ListedTransaction, 'hash' | 'from' | 'to'>

/** The first call of a trace, in either interface. */
export interface TopCall {
  readonly from?: string | undefined
  readonly to?: string | null | undefined
}

/**
 * Whether a trace begins with the transaction itself. If the trace begins with another call (zkSync
 * Era: a call of the bootloader), the transaction's own value, fee and refund are calls inside it,
 * and would be credited twice.
 */
export function isTopCallOf({ from, to }: TracedTransaction, top: TopCall): boolean {
  const isSender = from === null || top.from?.toLowerCase() === from
  return isSender && (!to || top.to?.toLowerCase() === to)
}

/** Requires `isTopCallOf`. @throws ChainAnswerBad with both pairs of addresses */
export function requireTopCall(transaction: TracedTransaction, top: TopCall): void {
  if (isTopCallOf(transaction, top)) return
  const { hash, from, to } = transaction
  throw new ChainAnswerBad(
    `${traceOf(hash)} begins with a call from ${top.from} to ${top.to}, the transaction goes from ${from} to ${to}`,
  )
}

export const traceOf = (hash: Hash) => `the trace of ${hash}`
