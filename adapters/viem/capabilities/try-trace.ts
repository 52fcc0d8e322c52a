import { listedTransactions } from '../../../domain/chains/listed-transactions.ts'
import { ChainRefused } from '../../../domain/errors.ts'
import type { EndpointPorts } from './endpoint-ports.ts'
import type { Sample } from './probe.ts'

/**
 * The newest blocks have no transaction that may have run code, so tracing can't be tried.
 */
export class NothingToTrace extends Error {
  override name = 'NothingToTrace'
}

export const nothingToTrace = 'the newest blocks have no transaction to trace'

/**
 * Traces the sample block.
 * @throws NothingToTrace; the node's error if no transaction of the block can be read
 */
export async function tryTraceOfBlock(
  { reader }: Pick<EndpointPorts, 'reader'>,
  sample: Sample,
): Promise<void> {
  const block = codedOf(sample)
  const internal = await reader.internalTransfers(block)
  if (!internal) throw new ChainRefused('the node has no tracer')
  const coded = listedTransactions(block).filter(({ mayRunCode }) => mayRunCode)
  const [first] = internal.unreadable
  if (first && internal.unreadable.length === coded.length) throw first
}

/** Traces one transaction of the sample block. */
export async function tryTraceOfTransaction(
  { payments }: Pick<EndpointPorts, 'payments'>,
  sample: Sample,
): Promise<void> {
  const transaction = listedTransactions(codedOf(sample)).find(({ mayRunCode }) => mayRunCode)
  if (!transaction) throw new Error('a block in which code ran has no transaction that ran it')
  const nobody = `0x${'0'.repeat(40)}` as const
  const payment = { from: nobody, to: nobody, value: 1n }
  const count = await payments.countInternalPayments(transaction.hash, payment)
  if (count === undefined) throw new ChainRefused('the node has no method that traces')
}

function codedOf({ coded }: Sample) {
  if (coded) return coded
  throw new NothingToTrace(nothingToTrace)
}
