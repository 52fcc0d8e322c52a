import { z } from 'zod'
import type { Address } from '../../domain/address.ts'

/** A transfer inside one transaction: without what only the block knows. */
export interface FrameTransfer {
  readonly path: string
  readonly from: Address
  readonly to: Address
  readonly value: bigint
}

const hex = z.string().regex(/^0x[0-9a-fA-F]*$/)
export const frameSchema = z.object({
  type: z.string(),
  from: hex,
  to: hex.nullish(),
  value: hex.nullish(),
  error: z.string().nullish(),
  get calls() {
    return z.array(frameSchema).nullish()
  },
})

export type CallFrame = z.output<typeof frameSchema>

/** One entry of `debug_traceBlockBy…`; older geth names no hash. */
export const tracedBlockSchema = z.array(
  z.object({ txHash: hex.optional(), result: frameSchema, error: z.undefined().optional() }),
)

/**
 * What a transaction's frames moved beside the transaction's own value. Tracers show no error on a payment whose ancestor
 * failed, so a failed frame takes all that stands under it along. Delegated and static calls move nothing, though some
 * tracers repeat their caller's value on them; what a contract pays to itself is nothing.
 */
export function movedByFrames(top: CallFrame): readonly FrameTransfer[] {
  return failed(top) ? [] : under(top, [])
}

function under(frame: CallFrame, path: readonly number[]): readonly FrameTransfer[] {
  return (frame.calls ?? []).filter(isNumbered).flatMap((call, place) => {
    if (failed(call)) return []
    const at = [...path, place]
    return [...moved(call, at), ...under(call, at)]
  })
}

const moving = new Set(['CALL', 'CREATE', 'CREATE2', 'SELFDESTRUCT'])

function moved({ type, from, to, value }: CallFrame, path: readonly number[]): FrameTransfer[] {
  const wei = BigInt(value || 0)
  if (!moving.has(type.toUpperCase()) || wei === 0n || !to) return []
  const transfer = { path: path.join('.'), from: lower(from), to: lower(to), value: wei }
  return transfer.from === transfer.to ? [] : [transfer]
}

const failed = ({ error }: CallFrame) => Boolean(error)

/**
 * Parity's tracers leave calls of precompiled contracts out, geth's callTracer shows them: without them a transfer has the
 * same path at either, and stays the same deposit when another node is asked.
 */
function isNumbered({ to, value }: CallFrame): boolean {
  const isPrecompile = /^0x0{36}[0-9a-f]{4}$/i.test(to ?? '')
  return !isPrecompile || BigInt(value || 0) > 0n
}

function lower(address: string): Address {
  return address.toLowerCase() as Address
}
