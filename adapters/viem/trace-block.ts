import { numberToHex, type PublicClient } from 'viem'
import { z } from 'zod'
import type { Hash } from '../../domain/address.ts'
import type { Block, InnerTransfer } from '../../domain/block.ts'
import { ChainAnswerBad, ChainRefused } from '../../domain/errors.ts'
import { type FrameTransfer, movedByFrames, tracedBlockSchema } from './call-frames.ts'
import { translateChainError } from './errors.ts'
import { movedByTraces, type ParityTrace, parityTraceSchema } from './parity-traces.ts'

/**
 * Asks for a block's frames by its hash (geth and its like), else for its flat traces (Parity's interface).
 * @returns undefined where the node has neither method
 * @throws ChainAnswerBad when the frames are not those of the block's transactions
 */
export async function traceBlock(
  client: PublicClient,
  block: Block,
): Promise<readonly InnerTransfer[] | undefined> {
  const frames = await known(client, 'debug_traceBlockByHash', [
    block.hash,
    { tracer: 'callTracer' },
  ])
  if (frames !== undefined) return inOrder(block, readFrames(block, frames))
  const traces = await known(client, 'trace_block', [numberToHex(block.number)])
  return traces === undefined ? undefined : inOrder(block, readTraces(block, traces))
}

/** The answer, or undefined where the node does not have the method. */
async function known(client: PublicClient, method: string, params: unknown[]): Promise<unknown> {
  try {
    return await client.request({ method, params } as never)
  } catch (error) {
    const translated = translateChainError(error)
    if (translated instanceof ChainRefused && isUnknownMethod(translated)) return undefined
    throw translated
  }
}

/** JSON-RPC's and EIP-1474's codes; some providers say it in words alone. */
function isUnknownMethod({ code, message }: ChainRefused): boolean {
  if (code === -32601 || code === -32004) return true
  return /method.*(not (found|supported|available|allowed|whitelisted|exist)|does not exist|disabled)/i.test(
    message,
  )
}

function readFrames(block: Block, answer: unknown): ReadonlyMap<Hash, readonly FrameTransfer[]> {
  const traced = read(tracedBlockSchema, answer, block)
  const fits = ({ txHash }: { txHash?: string | undefined }, i: number) =>
    txHash === undefined || txHash.toLowerCase() === block.transactions[i]?.hash
  if (traced.length !== block.transactions.length || !traced.every(fits)) {
    throw new ChainAnswerBad(`the frames of block ${block.number} are not of its transactions`)
  }
  return new Map(
    block.transactions.map(({ hash }, i) => {
      const result = traced[i]?.result
      return [hash, result ? movedByFrames(result) : []]
    }),
  )
}

function readTraces(block: Block, answer: unknown): ReadonlyMap<Hash, readonly FrameTransfer[]> {
  const byHash = new Map<Hash, ParityTrace[]>(block.transactions.map(({ hash }) => [hash, []]))
  for (const trace of read(z.array(parityTraceSchema), answer, block)) {
    if (!trace.transactionHash) continue
    const own = byHash.get(trace.transactionHash.toLowerCase() as Hash)
    if (!own || trace.blockHash.toLowerCase() !== block.hash)
      throw new ChainAnswerBad(`the traces of block ${block.number} are of another block`)
    own.push(trace)
  }
  if ([...byHash.values()].some((traces) => traces.length === 0))
    throw new ChainAnswerBad(`the traces of block ${block.number} leave transactions out`)
  return new Map([...byHash].map(([hash, traces]) => [hash, movedByTraces(traces)]))
}

function inOrder(
  block: Block,
  byHash: ReadonlyMap<Hash, readonly FrameTransfer[]>,
): readonly InnerTransfer[] {
  return block.transactions.flatMap(({ hash }) =>
    (byHash.get(hash) ?? []).map((moved, order) => ({ ...moved, order, transactionHash: hash })),
  )
}

function read<T>(schema: z.ZodType<T>, answer: unknown, { number }: Block): T {
  const parsed = schema.safeParse(answer)
  if (parsed.success) return parsed.data
  const where = parsed.error.issues[0]?.path.join('.')
  throw new ChainAnswerBad(`the traces of block ${number} can't be read at ${where}`)
}
