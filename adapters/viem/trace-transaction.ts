import type { PublicClient } from 'viem'
import { z } from 'zod'
import type { Hash } from '../../domain/address.ts'
import { ChainAnswerBad } from '../../domain/errors.ts'
import { askTracer, readTrace } from './ask-tracer.ts'
import { type FrameTransfer, frameSchema, movedByFrames } from './call-frames.ts'
import { isWholeTrace, movedByTraces, parityTraceSchema } from './parity-traces.ts'
import { byEitherTracer } from './traces/either-tracer.ts'

/**
 * What code moved inside one transaction, by geth's frames, else by Parity's traces.
 * @returns undefined where the node has neither method
 */
export async function traceTransaction(
  client: PublicClient,
  hash: Hash,
): Promise<readonly FrameTransfer[] | undefined> {
  return await byEitherTracer(
    client,
    () => byFrames(client, hash),
    () => byFlatTraces(client, hash),
  )
}

async function byFrames(client: PublicClient, hash: Hash) {
  const tracer = { tracer: 'callTracer' }
  const frames = await askTracer(client, 'debug_traceTransaction', [hash, tracer])
  return frames === undefined ? undefined : movedByFrames(readTrace(frameSchema, frames, of(hash)))
}

async function byFlatTraces(client: PublicClient, hash: Hash) {
  const traces = await askTracer(client, 'trace_transaction', [hash])
  if (traces === undefined) return undefined
  const read = readTrace(z.array(parityTraceSchema), traces, of(hash))
  const isOwn = read.every(({ transactionHash }) => transactionHash?.toLowerCase() === hash)
  // Some nodes answer [] for a transaction that they cannot trace.
  if (!isOwn || !isWholeTrace(read)) throw new ChainAnswerBad(`${of(hash)} is not whole`)
  return movedByTraces(read)
}

const of = (hash: Hash) => `the trace of ${hash}`
