import { z } from 'zod'
import type { Address, Hash } from '../../../domain/address.ts'
import type { Block } from '../../../domain/chains/block.ts'
import {
  type ListedTransaction,
  listedTransactions,
} from '../../../domain/chains/listed-transactions.ts'
import { isTopCallOf } from './top-call.ts'

/** A transfer inside one transaction, without the fields that only the block has. */
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
   * Index among the caller's numbered calls, set while the answer is read, because calls that move
   * nothing are dropped then.
   */
  place: z.number().int().nonnegative().optional(),
  get calls() {
    return z.array(frameSchema).nullish()
  },
})

export type CallFrame = z.output<typeof frameSchema>

/**
 * One transaction in the answer to `debug_traceBlockBy…`. Older geth names no hash. With `error`,
 * the node could not trace this transaction.
 */
export const tracedEntrySchema = z.object({
  txHash: hex.nullish().transform((hash) => hash ?? undefined),
  result: frameSchema.nullish(),
  error: z.unknown().optional(),
})

export type TracedEntry = z.output<typeof tracedEntrySchema>

/**
 * Drops a call that moves no native coin and contains no call that moves any. It does so while the
 * list is read, because a block may have half a million such calls. A kept call gets its `place`,
 * which is part of a deposit's position.
 * @param list `list.place` counts the numbered calls
 */
export function compactFrame(call: unknown, list: { place: number }): unknown {
  // A call of another shape is kept, so that the schema rejects it with its path.
  if (!isFrameLike(call)) return call
  // Inner calls are read before their caller, so `calls` contains only the calls that were kept.
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
 * Returns the transfers in a transaction's frames, without the transaction's own value. Tracers
 * show no error on a payment below a failed frame, so everything below a failed frame is discarded.
 * Delegated and static calls move nothing, although some tracers repeat the caller's value on them.
 * A payment of a contract to itself does not count.
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

/** Reads a value. Some tracers write zero as `0x`. */
const weiOf = (value: string | null | undefined) => (!value || value === '0x' ? 0n : BigInt(value))

const failed = ({ error }: CallFrame) => Boolean(error)

/**
 * Whether a call counts in the path of a transfer. Parity's tracers omit calls of precompiled
 * contracts (low addresses), geth's callTracer shows them. If these calls do not count, a transfer
 * has the same path in both, and is the same deposit at any node. Contracts of some chains have low
 * addresses too (zkSync's MsgValueSimulator, Moonbeam's batches). So a call to a low address counts
 * if it pays, or if native coin moves below it.
 * @param isPaying whether native coin moves below the call
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

/** Transfers by transaction. A transaction without an entry must be traced by itself. */
export type Moved = ReadonlyMap<Hash, readonly FrameTransfer[]>

/**
 * Reads the answer to `debug_traceBlockByHash`. Tracers omit transactions that the block lists and
 * add transactions that it does not list (state-sync transactions of Polygon's bor, system
 * transactions of rollups and Celo), so entries are matched by hash and unlisted entries ignored.
 * Entries without hashes are matched by position, but only if the count, the senders and the
 * recipients agree. An entry whose first call is not the transaction's is skipped. A transaction
 * missing from the result must be traced by itself.
 */
export function framesOfBlock(block: Block, answer: unknown): Moved {
  if (!Array.isArray(answer)) return new Map()
  const entries = answer.map((entry) => tracedEntrySchema.safeParse(entry).data)
  const listed = listedTransactions(block)
  return entries.some((entry) => entry?.txHash !== undefined)
    ? byHash(listed, entries)
    : byPosition(listed, entries)
}

type Entries = readonly (TracedEntry | undefined)[]

/**
 * A node that lists a transaction twice may trace it twice. If its entries differ, none of them is
 * used, because the correct entry is unknown.
 */
function byHash(listed: readonly ListedTransaction[], entries: Entries): Moved {
  const own = new Map<Hash, TracedEntry[]>(listed.map(({ hash }) => [hash, []]))
  for (const entry of entries) {
    if (entry?.txHash) own.get(entry.txHash.toLowerCase() as Hash)?.push(entry)
  }
  return new Map(
    listed.flatMap((one) => {
      const [entry, ...others] = own.get(one.hash) ?? []
      const isClear = others.every((other) => JSON.stringify(other) === JSON.stringify(entry))
      return isClear && isOf(one, entry) ? movedBy(one.hash, entry) : []
    }),
  )
}

function byPosition(listed: readonly ListedTransaction[], entries: Entries): Moved {
  const fits = entries.length === listed.length && listed.every((one, i) => isOf(one, entries[i]))
  return new Map(fits ? listed.flatMap(({ hash }, i) => movedBy(hash, entries[i])) : [])
}

/** Whether an entry may belong to the transaction. An entry without frames can't contradict it. */
function isOf(transaction: ListedTransaction, entry: TracedEntry | undefined): boolean {
  return !entry?.result || isTopCallOf(transaction, entry.result)
}

function movedBy(hash: Hash, entry: TracedEntry | undefined) {
  const { result, error } = entry ?? {}
  return result && !error ? [[hash, movedByFrames(result)] as const] : []
}
