import { z } from 'zod'
import type { Address, Hash } from '../../../domain/address.ts'
import type { Block } from '../../../domain/chains/block.ts'
import { listedTransactions } from '../../../domain/chains/listed-transactions.ts'
import type { FrameTransfer, Moved } from './call-frames.ts'
import { isTopCallOf } from './top-call.ts'

const hex = z.string().regex(/^0x[0-9a-fA-F]*$/)

/** One entry of `trace_block`. The entry of a block reward has no transaction. */
export const parityTraceSchema = z.object({
  type: z.string(),
  blockHash: hex,
  transactionHash: hex.nullish(),
  traceAddress: z.array(z.number()),
  error: z.string().nullish(),
  action: z.object({
    callType: z.string().nullish(),
    from: hex.optional(),
    to: hex.optional(),
    value: hex.optional(),
    // Field of a trace that ends a contract (selfdestruct).
    address: hex.optional(),
    refundAddress: hex.optional(),
    balance: hex.optional(),
  }),
  result: z.object({ address: hex.optional() }).nullish(),
})

export type ParityTrace = z.output<typeof parityTraceSchema>

/**
 * Whether a trace moves no native coin, did not fail and is not its transaction's first call. Such
 * a trace is dropped, because it is not needed and a block may have half a million of them. A trace
 * of another shape is kept, so that the schema rejects it.
 */
export function isQuietTrace(trace: unknown): boolean {
  const parsed = quietSchema.safeParse(trace)
  if (!parsed.success) return false
  const { traceAddress, error, action } = parsed.data
  if (traceAddress.length === 0 || error) return false
  return isZero(action.value) && isZero(action.balance)
}

const quietSchema = z.object({
  type: z.string(),
  traceAddress: z.array(z.number()),
  error: z.string().nullish(),
  action: z.object({ value: hex.nullish(), balance: hex.nullish() }),
})

const isZero = (value: string | null | undefined) =>
  !value || BigInt(value === '0x' ? 0 : value) === 0n

/** Whether one transaction's traces include its first call and repeat no trace. */
export function isWholeTrace(traces: readonly ParityTrace[]): boolean {
  const places = new Set(traces.map(({ traceAddress }) => traceAddress.join('.')))
  return places.size === traces.length && places.has('')
}

/** Returns the parties of the first call of a whole trace. */
export function topCallOf(
  traces: readonly ParityTrace[],
): Pick<ParityTrace['action'], 'from' | 'to'> {
  return traces.find(({ traceAddress }) => traceAddress.length === 0)?.action ?? {}
}

/**
 * Returns the transfers in one transaction's traces, without the transaction's own value, by the
 * rules of `movedByFrames`.
 */
export function movedByTraces(traces: readonly ParityTrace[]): readonly FrameTransfer[] {
  const failed = new Set(
    traces.filter(({ error }) => error).map(({ traceAddress }) => traceAddress.join('.')),
  )
  return traces
    .filter(({ traceAddress }) => traceAddress.length > 0 && !isUnder(failed, traceAddress))
    .flatMap((trace) => {
      const { from, to, value } = parties(trace)
      if (!from || !to || !value || BigInt(value) === 0n || same(from, to)) return []
      const path = trace.traceAddress.join('.')
      return [{ path, from: lower(from), to: lower(to), value: BigInt(value) }]
    })
}

/**
 * Whether a path or one of its prefixes is in `roots`. `roots` is a set for quick lookups, because
 * a third party can send a transaction with a hundred thousand failed calls.
 */
function isUnder(roots: ReadonlySet<string>, path: readonly number[]): boolean {
  if (roots.size === 0) return false
  if (roots.has('')) return true
  let at = ''
  for (const place of path) {
    at = at === '' ? `${place}` : `${at}.${place}`
    if (roots.has(at)) return true
  }
  return false
}

function parties({ type, action, result }: ParityTrace) {
  if (type === 'suicide' || type === 'selfdestruct')
    return { from: action.address, to: action.refundAddress, value: action.balance }
  if (type === 'create') return { from: action.from, to: result?.address, value: action.value }
  if (type === 'call' && action.callType === 'call') return action
  return { from: undefined, to: undefined, value: undefined }
}

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()

function lower(address: string): Address {
  return address.toLowerCase() as Address
}

/**
 * Reads the answer to `trace_block`. Traces are matched by transaction hash. Traces of transactions
 * that the block does not list, and rewards (which have no transaction), are ignored. A transaction
 * is missing from the result, and must be traced by itself, if one of its traces is unreadable or
 * names another block, or if its list is incomplete or begins with another call.
 */
export function tracesOfBlock(block: Block, answer: unknown): Moved {
  if (!Array.isArray(answer)) return new Map()
  const listed = listedTransactions(block)
  const own = new Map<Hash, ParityTrace[]>(listed.map(({ hash }) => [hash, []]))
  for (const given of answer) {
    const hash = transactionOf(given)
    // A trace without a hash may belong to any transaction.
    if (hash === 'unknown') return new Map()
    if (hash === undefined) continue
    const trace = parityTraceSchema.safeParse(given).data
    if (trace?.blockHash.toLowerCase() === block.hash) own.get(hash)?.push(trace)
    else own.delete(hash)
  }
  return new Map(
    listed.flatMap((one) => {
      const traces = own.get(one.hash) ?? []
      const isOwn = isWholeTrace(traces) && isTopCallOf(one, topCallOf(traces))
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
