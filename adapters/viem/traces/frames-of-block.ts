import type { Hash } from '../../../domain/address.ts'
import type { Block } from '../../../domain/chains/block.ts'
import {
  type ListedTransaction,
  listedTransactions,
} from '../../../domain/chains/listed-transactions.ts'
import { movedByFrames, type TracedEntry, tracedEntrySchema } from './call-frames.ts'
import type { Moved } from './moved.ts'
import { isTopOf } from './top-of.ts'

/**
 * Reads the answer to `debug_traceBlockByHash`. Tracers leave out transactions that the block lists
 * and add transactions that it does not list (state-sync transactions of Polygon's bor, system
 * transactions of rollups and Celo), so entries are matched by hash and unlisted ones are ignored.
 * Entries without hashes are matched by position, only where the count, the senders and the
 * recipients agree. An entry whose first call is not the transaction's is not read. Every
 * transaction that is left out of the result must be traced by itself.
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
 * A node that lists a transaction twice may trace it twice. Where its entries differ, nothing tells
 * which of them is true.
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

/** An entry without frames proves nothing against its transaction. */
function isOf(transaction: ListedTransaction, entry: TracedEntry | undefined): boolean {
  return !entry?.result || isTopOf(transaction, entry.result)
}

function movedBy(hash: Hash, entry: TracedEntry | undefined) {
  const { result, error } = entry ?? {}
  return result && !error ? [[hash, movedByFrames(result)] as const] : []
}
