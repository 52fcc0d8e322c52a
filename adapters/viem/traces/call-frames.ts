import { z } from 'zod'
import type { Address } from '../../../domain/address.ts'

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
  /**
   * Place among its caller's numbered calls: the quiet ones are left out while the answer is read.
   */
  place: z.number().int().nonnegative().optional(),
  get calls() {
    return z.array(frameSchema).nullish()
  },
})

export type CallFrame = z.output<typeof frameSchema>

/**
 * One entry of `debug_traceBlockBy…`; older geth names no hash. `error`: the node could not trace
 * this transaction.
 */
export const tracedEntrySchema = z.object({
  txHash: hex.nullish().transform((hash) => hash ?? undefined),
  result: frameSchema.nullish(),
  error: z.unknown().optional(),
})

export type TracedEntry = z.output<typeof tracedEntrySchema>

/**
 * What is kept of a call while its list is read: nothing of a call that moves no coin and has no
 * call that does. A block may hold half a million of them. The kept ones have their place, which is
 * part of a deposit's position.
 * @param list its `place` counts the numbered calls
 */
export function compactFrame(call: unknown, list: { place: number }): unknown {
  // Of another shape: the schema refuses it with the place where it is.
  if (!isFrameLike(call)) return call
  // What of its calls moves coin was kept before.
  if (!isNumbered(call, Boolean(call.calls?.length))) return undefined
  const place = list.place
  list.place += 1
  const isQuiet = failed(call) || (!movesWei(call) && !call.calls?.length)
  return isQuiet ? undefined : { ...call, place }
}

function isFrameLike(call: unknown): call is CallFrame {
  if (typeof call !== 'object' || call === null) return false
  const { type, to, value, error, calls } = call as Partial<Record<keyof CallFrame, unknown>>
  const isText = (field: unknown) =>
    typeof field === 'string' || field === undefined || field === null
  const isHex = value === undefined || value === null || /^0x[0-9a-f]*$/i.test(String(value))
  return (
    typeof type === 'string' &&
    isText(to) &&
    isHex &&
    isText(error) &&
    (!calls || Array.isArray(calls))
  )
}

/**
 * What a transaction's frames moved beside the transaction's own value. Tracers show no error on a
 * payment whose ancestor failed, so a failed frame takes all that stands under it along. Delegated
 * and static calls move nothing, though some tracers repeat their caller's value on them; what a
 * contract pays to itself is nothing.
 */
export function movedByFrames(top: CallFrame): readonly FrameTransfer[] {
  return failed(top) ? [] : under(top, [])
}

function under(frame: CallFrame, path: readonly number[]): readonly FrameTransfer[] {
  const numbered = (frame.calls ?? []).filter((call) => isNumbered(call, movesUnder(call)))
  return numbered.flatMap((call, index) => {
    if (failed(call)) return []
    const at = [...path, call.place ?? index]
    return [...moved(call, at), ...under(call, at)]
  })
}

const moving = new Set(['CALL', 'CREATE', 'CREATE2', 'SELFDESTRUCT'])

function moved({ type, from, to, value }: CallFrame, path: readonly number[]): FrameTransfer[] {
  if (!movesWei({ type, value }) || !to) return []
  const wei = weiOf(value)
  const transfer = { path: path.join('.'), from: lower(from), to: lower(to), value: wei }
  return transfer.from === transfer.to ? [] : [transfer]
}

function movesWei({ type, value }: Pick<CallFrame, 'type' | 'value'>): boolean {
  return moving.has(type.toUpperCase()) && weiOf(value) > 0n
}

/** Some tracers write nothing as `0x`. */
const weiOf = (value: string | null | undefined) => (!value || value === '0x' ? 0n : BigInt(value))

const failed = ({ error }: CallFrame) => Boolean(error)

/**
 * Parity's tracers leave calls of precompiled contracts out, geth's callTracer shows them: without
 * them a transfer has the same path at either, and stays the same deposit when another node is
 * asked. Contracts of some chains have such addresses too (zkSync's MsgValueSimulator, Moonbeam's
 * batches): a call under which coin moves is of a contract.
 * @param isPaying whether coin moves under it
 */
function isNumbered({ to, value }: CallFrame, isPaying: boolean): boolean {
  const isLow = /^0x0{36}[0-9a-f]{4}$/i.test(to ?? '')
  return !isLow || isPaying || weiOf(value) > 0n
}

function movesUnder({ calls }: CallFrame): boolean {
  return (calls ?? []).some((call) => !failed(call) && (movesWei(call) || movesUnder(call)))
}

function lower(address: string): Address {
  return address.toLowerCase() as Address
}
