import type { PublicClient } from 'viem'
import { z } from 'zod'
import { ChainAnswerBad } from '../../../domain/errors.ts'
import { type FrameTransfer, frameSchema, movedByFrames } from './call-frames.ts'
import { askTracer, byEitherTracer, readTrace } from './either-tracer.ts'
import { isWholeTrace, movedByTraces, parityTraceSchema, topCallOf } from './parity-traces.ts'
import { requireTopCall, type TracedTransaction, traceOf } from './top-call.ts'

/**
 * Reads the internal transfers of one transaction, by geth's frames, else by Parity's traces.
 * @returns undefined if the node has neither method
 * @throws ChainAnswerBad if the trace does not begin with the transaction itself
 */
export async function traceTransaction(
  client: PublicClient,
  transaction: TracedTransaction,
): Promise<readonly FrameTransfer[] | undefined> {
  return await byEitherTracer(
    client,
    () => byFrames(client, transaction),
    () => byFlatTraces(client, transaction),
  )
}

async function byFrames(client: PublicClient, transaction: TracedTransaction) {
  const { hash } = transaction
  const tracer = { tracer: 'callTracer' }
  const frames = await askTracer(client, 'debug_traceTransaction', [hash, tracer])
  if (frames === undefined) return undefined
  const top = readTrace(frameSchema, frames, traceOf(hash))
  requireTopCall(transaction, top)
  return movedByFrames(top)
}

async function byFlatTraces(client: PublicClient, transaction: TracedTransaction) {
  const { hash } = transaction
  const traces = await askTracer(client, 'trace_transaction', [hash])
  if (traces === undefined) return undefined
  const read = readTrace(z.array(parityTraceSchema), traces, traceOf(hash))
  const isOwn = read.every(({ transactionHash }) => transactionHash?.toLowerCase() === hash)
  // Some nodes answer [] for a transaction that they cannot trace.
  if (!isOwn || !isWholeTrace(read)) throw new ChainAnswerBad(`${traceOf(hash)} is not whole`)
  requireTopCall(transaction, topCallOf(read))
  return movedByTraces(read)
}
