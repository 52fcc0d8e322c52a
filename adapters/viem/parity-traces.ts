import { z } from 'zod'
import type { Address } from '../../domain/address.ts'
import type { FrameTransfer } from './call-frames.ts'

const hex = z.string().regex(/^0x[0-9a-fA-F]*$/)

/** One entry of `trace_block`; a block's reward has no transaction. */
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
    // A contract's end
    address: hex.optional(),
    refundAddress: hex.optional(),
    balance: hex.optional(),
  }),
  result: z.object({ address: hex.optional() }).nullish(),
})

export type ParityTrace = z.output<typeof parityTraceSchema>

/** What one transaction's traces moved beside its own value, by the rules of `movedByFrames`. */
export function movedByTraces(traces: readonly ParityTrace[]): readonly FrameTransfer[] {
  const failed = traces.filter(({ error }) => error).map(({ traceAddress }) => traceAddress)
  const stands = (path: readonly number[]) =>
    !failed.some((root) => root.every((place, i) => path[i] === place))
  return traces
    .filter(({ traceAddress }) => traceAddress.length > 0 && stands(traceAddress))
    .flatMap((trace) => {
      const { from, to, value } = parties(trace)
      if (!from || !to || !value || BigInt(value) === 0n || same(from, to)) return []
      const path = trace.traceAddress.join('.')
      return [{ path, from: lower(from), to: lower(to), value: BigInt(value) }]
    })
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
