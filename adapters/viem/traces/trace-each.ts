import type { PublicClient } from 'viem'
import type { Hash } from '../../../domain/address.ts'
import { asksTooMuch } from '../../../domain/chains/nodes/node-limits.ts'
import { ChainAnswerBad, ChainRefused, TransactionUnreadable } from '../../../domain/errors.ts'
import { shuffled } from '../../../domain/lists.ts'
import { translateChainError } from '../node-errors/translate-chain-error.ts'
import type { FrameTransfer } from './call-frames.ts'
import type { TracedTransaction } from './top-call.ts'
import { traceTransaction } from './trace-transaction.ts'

/**
 * Time limit for the transactions of one block. When the time is over, the remaining transactions
 * are unreadable. Anyone can send transactions that use up a tracer's whole timeout, and the
 * scanner must not fall behind because of them.
 */
const mostMs = 10_000

/**
 * Transactions that a node could not trace, the newest failure last. The next read of their block
 * traces other transactions first.
 */
const failedBefore = new WeakMap<PublicClient, Set<Hash>>()
const mostRemembered = 4_096

export interface TracedEach {
  readonly moved: ReadonlyMap<Hash, readonly FrameTransfer[]>
  readonly unreadable: readonly TransactionUnreadable[]
}

/**
 * Traces transactions one by one, so that a transaction that can't be traced delays the others only
 * by its timeout. Transactions that failed before come last. The order of the other transactions is
 * random, so that the time limit does not always skip the same transactions.
 * @param first traced first, in the same order
 * @returns undefined if the node has no tracer
 * @throws ChainUnreachable if the node does not answer other requests either
 */
export async function traceEach(
  client: PublicClient,
  transactions: readonly TracedTransaction[],
  first: ReadonlySet<Hash> = new Set(),
): Promise<TracedEach | undefined> {
  const moved = new Map<Hash, readonly FrameTransfer[]>()
  const unreadable: TransactionUnreadable[] = []
  const began = performance.now()
  const failed = failedBefore.get(client) ?? new Set()
  failedBefore.set(client, failed)
  const rank = ({ hash }: TracedTransaction) =>
    (first.has(hash) ? 0 : 2) + (failed.has(hash) ? 1 : 0)
  const order = shuffled(transactions).sort((a, b) => rank(a) - rank(b))
  for (const transaction of order) {
    const { hash } = transaction
    if (performance.now() - began > mostMs) {
      const words = `the trace of ${hash} was not requested: tracing its block took more than ${mostMs} ms`
      unreadable.push(new TransactionUnreadable(hash, words))
      continue
    }
    const traced = await traceTransaction(client, transaction).catch(async (error) => {
      const translated = translateChainError(error)
      if (!isOfTransaction(translated)) throw translated
      // Throws if the node does not answer other requests either. Then the node is away, and the
      // transaction is not the cause.
      if (asksTooMuch(translated)) await client.getChainId()
      remember(failed, hash)
      return unreadableBy(hash, translated)
    })
    if (traced === undefined) return undefined
    if (traced instanceof TransactionUnreadable) unreadable.push(traced)
    else moved.set(hash, traced)
  }
  return { moved, unreadable }
}

function remember(hashes: Set<Hash>, hash: Hash): void {
  hashes.delete(hash)
  hashes.add(hash)
  const [oldest] = hashes
  if (oldest && hashes.size > mostRemembered) hashes.delete(oldest)
}

function isOfTransaction(error: unknown): error is Error {
  return error instanceof ChainAnswerBad || error instanceof ChainRefused || asksTooMuch(error)
}

function unreadableBy(hash: Hash, { message }: Error): TransactionUnreadable {
  return new TransactionUnreadable(hash, `the trace of ${hash} can’t be read: ${message}`)
}
