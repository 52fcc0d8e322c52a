import type { Hash } from '../../../domain/address.ts'
import type { Block } from '../../../domain/chains/block.ts'
import { listedTransactions } from '../../../domain/chains/listed-transactions.ts'
import type { Moved } from './moved.ts'
import {
  isWholeTrace,
  movedByTraces,
  type ParityTrace,
  parityTraceSchema,
  topOf,
} from './parity-traces.ts'
import { isTopOf } from './top-of.ts'

/**
 * Reads the answer to `trace_block`. Traces are matched by transaction hash. Traces of transactions
 * that the block does not list, and rewards (which have no transaction), are ignored. A transaction
 * is left out of the result, and must be traced by itself, where one of its traces cannot be read
 * or names another block, or where its list is not whole or begins with another call.
 */
export function tracesOfBlock(block: Block, answer: unknown): Moved {
  if (!Array.isArray(answer)) return new Map()
  const listed = listedTransactions(block)
  const own = new Map<Hash, ParityTrace[]>(listed.map(({ hash }) => [hash, []]))
  for (const given of answer) {
    const hash = transactionOf(given)
    // It may belong to any transaction.
    if (hash === 'unknown') return new Map()
    if (hash === undefined) continue
    const trace = parityTraceSchema.safeParse(given).data
    if (trace?.blockHash.toLowerCase() === block.hash) own.get(hash)?.push(trace)
    else own.delete(hash)
  }
  return new Map(
    listed.flatMap((one) => {
      const traces = own.get(one.hash) ?? []
      const isOwn = isWholeTrace(traces) && isTopOf(one, topOf(traces))
      return isOwn ? [[one.hash, movedByTraces(traces)] as const] : []
    }),
  )
}

function transactionOf(given: unknown): Hash | 'unknown' | undefined {
  if (typeof given !== 'object' || given === null) return 'unknown'
  const { transactionHash } = given as { readonly transactionHash?: unknown }
  if (transactionHash === null || transactionHash === undefined) return undefined
  return typeof transactionHash === 'string' ? (transactionHash.toLowerCase() as Hash) : 'unknown'
}
