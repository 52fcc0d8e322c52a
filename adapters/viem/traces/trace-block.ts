import { numberToHex, type PublicClient } from 'viem'
import type { Hash } from '../../../domain/address.ts'
import type { Block, InternalTransfers } from '../../../domain/chains/block.ts'
import { listedTransactions } from '../../../domain/chains/listed-transactions.ts'
import { asksTooMuch } from '../../../domain/chains/nodes/node-limits.ts'
import { ChainAnswerBad, ChainRefused, TransactionUnreadable } from '../../../domain/errors.ts'
import { isTransient } from '../node-errors/is-transient.ts'
import { framesOfBlock, type Moved } from './call-frames.ts'
import { askTracer, byEitherTracer } from './either-tracer.ts'
import { tracesOfBlock } from './parity-traces.ts'
import { traceEach } from './trace-each.ts'

/**
 * Reads the internal transfers of a block by geth's frames. If the node lacks these, or no frame
 * can be read, Parity's flat traces are used. Each transaction missing from the block's trace is
 * traced by itself. If that fails, the transaction is unreadable, so that one transaction never
 * delays the block. A transaction that ran no code needs no trace.
 * @param first transactions to trace before all others, if they must be traced by themselves
 * @returns undefined if the node has no tracer
 * @throws ChainUnreachable, or ChainRefused for a rate limit: the node may answer the same request
 * later
 */
export async function traceBlock(
  client: PublicClient,
  block: Block,
  first: readonly Hash[] = [],
): Promise<InternalTransfers | undefined> {
  const whole = await inOneAnswer(client, block)
  if (whole === 'no tracer') return undefined
  const moved: Moved = whole === 'no answer' ? new Map() : whole
  const missing = listedTransactions(block).filter(
    ({ hash, mayRunCode }) => mayRunCode && !moved.has(hash),
  )
  const each = await traceEach(client, missing, new Set(first))
  if (!each && whole === 'no answer') return undefined
  const noMethod = ({ hash }: (typeof missing)[number]) =>
    new TransactionUnreadable(
      hash,
      `the node omits ${hash} from its block’s trace and has no method to trace it alone`,
    )
  return {
    transfers: inOrder(block, each ? [moved, each.moved] : [moved]),
    unreadable: each?.unreadable ?? missing.map(noMethod),
  }
}

async function inOneAnswer(
  client: PublicClient,
  block: Block,
): Promise<Moved | 'no tracer' | 'no answer'> {
  const frames = async () => {
    const tracer = { tracer: 'callTracer' }
    const answer = await askTracer(client, 'debug_traceBlockByHash', [block.hash, tracer])
    return answer === undefined ? undefined : ofUse(block, framesOfBlock(block, answer))
  }
  const flat = async () => {
    const answer = await askTracer(client, 'trace_block', [numberToHex(block.number)])
    return answer === undefined ? undefined : ofUse(block, tracesOfBlock(block, answer))
  }
  try {
    return (await byEitherTracer(client, frames, flat)) ?? 'no tracer'
  } catch (error) {
    if (error instanceof ChainAnswerBad) return new Map()
    if (asksTooMuch(error) || (error instanceof ChainRefused && !isTransient(error))) {
      return 'no answer'
    }
    throw error
  }
}

/** Returns `moved`. @throws ChainAnswerBad if it has no transaction that may have run code */
function ofUse(block: Block, moved: Moved): Moved {
  const coded = listedTransactions(block).filter(({ mayRunCode }) => mayRunCode)
  if (coded.length === 0 || coded.some(({ hash }) => moved.has(hash))) return moved
  throw new ChainAnswerBad(`no transaction can be read in the trace of block ${block.number}`)
}

function inOrder(block: Block, parts: readonly Moved[]): InternalTransfers['transfers'] {
  return listedTransactions(block).flatMap(({ hash }) =>
    parts
      .flatMap((moved) => moved.get(hash) ?? [])
      .map((transfer, order) => ({ ...transfer, order, transactionHash: hash })),
  )
}
