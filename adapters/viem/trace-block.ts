import { numberToHex, type PublicClient } from 'viem'
import { z } from 'zod'
import type { Hash } from '../../domain/address.ts'
import type { Block, InnerTransfer } from '../../domain/block.ts'
import { ChainAnswerBad } from '../../domain/errors.ts'
import { askTracer, readTrace } from './ask-tracer.ts'
import { type FrameTransfer, movedByFrames, tracedBlockSchema } from './call-frames.ts'
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
  const frames = await askTracer(client, 'debug_traceBlockByHash', [
    block.hash,
    { tracer: 'callTracer' },
  ])
  if (frames !== undefined) return inOrder(block, readFrames(block, frames))
  const traces = await askTracer(client, 'trace_block', [numberToHex(block.number)])
  return traces === undefined ? undefined : inOrder(block, readTraces(block, traces))
}

function readFrames(block: Block, answer: unknown): ReadonlyMap<Hash, readonly FrameTransfer[]> {
  const traced = readTrace(tracedBlockSchema, answer, traceOf(block))
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
  for (const trace of readTrace(z.array(parityTraceSchema), answer, traceOf(block))) {
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

const traceOf = ({ number }: Block) => `the traces of block ${number}`
