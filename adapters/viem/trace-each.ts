import type { PublicClient } from 'viem'
import type { Hash } from '../../domain/address.ts'
import { asksTooMuch } from '../../domain/asks-too-much.ts'
import { ChainAnswerBad, ChainRefused, TransactionUnreadable } from '../../domain/errors.ts'
import { shuffled } from '../../domain/shuffled.ts'
import type { FrameTransfer } from './call-frames.ts'
import { translateChainError } from './errors.ts'
import { traceTransaction } from './trace-transaction.ts'
import type { TracedTransaction } from './traces/top-of.ts'

/**
 * Longest time for the transactions of one block; the rest is unreadable then. Anybody can make transactions that take a
 * tracer its whole time-out, and a chain must not fall behind for them.
 */
const mostMs = 10_000

export interface TracedEach {
  readonly moved: ReadonlyMap<Hash, readonly FrameTransfer[]>
  readonly unreadable: readonly TransactionUnreadable[]
}

/**
 * Traces transactions one by one: one that can't be traced keeps the others back no longer than its time-out. The order is
 * random, so that transactions that use up the time at the top of a block hide no other one for good.
 * @param first those to begin with, in random order too
 * @returns undefined where the node has no tracer
 * @throws ChainUnreachable where the node answers nothing else either
 */
export async function traceEach(
  client: PublicClient,
  transactions: readonly TracedTransaction[],
  first: ReadonlySet<Hash> = new Set(),
): Promise<TracedEach | undefined> {
  const moved = new Map<Hash, readonly FrameTransfer[]>()
  const unreadable: TransactionUnreadable[] = []
  const began = performance.now()
  const order = [
    ...shuffled(transactions.filter(({ hash }) => first.has(hash))),
    ...shuffled(transactions.filter(({ hash }) => !first.has(hash))),
  ]
  for (const transaction of order) {
    const { hash } = transaction
    if (performance.now() - began > mostMs) {
      const words = `the trace of ${hash} was not asked for: tracing its block took more than ${mostMs} ms`
      unreadable.push(new TransactionUnreadable(hash, words))
      continue
    }
    const traced = await traceTransaction(client, transaction).catch(async (error) => {
      const translated = translateChainError(error)
      if (!isOfTransaction(translated)) throw translated
      // A node that answers nothing else is away: no transaction is to blame.
      if (asksTooMuch(translated)) await client.getChainId()
      return unreadableBy(hash, translated)
    })
    if (traced === undefined) return undefined
    if (traced instanceof TransactionUnreadable) unreadable.push(traced)
    else moved.set(hash, traced)
  }
  return { moved, unreadable }
}

function isOfTransaction(error: unknown): error is Error {
  return error instanceof ChainAnswerBad || error instanceof ChainRefused || asksTooMuch(error)
}

function unreadableBy(hash: Hash, { message }: Error): TransactionUnreadable {
  return new TransactionUnreadable(hash, `the trace of ${hash} can’t be read: ${message}`)
}
