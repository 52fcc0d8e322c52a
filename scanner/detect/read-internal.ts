import type { Hash } from '../../domain/address.ts'
import type { Block } from '../../domain/chains/block.ts'
import { listedIn } from '../../domain/chains/listed-in.ts'
import type { ChainReader } from '../../domain/chains/nodes/chain-reader.ts'
import { mapBounded } from '../../domain/map-bounded.ts'
import type { BlockReading } from './find-hits.ts'

export interface InnerReading {
  /** Held to one node. */
  readonly reader: ChainReader
  readonly width: number
  /** The node has no tracer: what code moves is not seen in these blocks. */
  readonly cannotTrace: (block: Block) => void
  /** Transactions that are traced before the others of their block. */
  readonly first?: readonly Hash[] | undefined
}

/**
 * Adds what code moved inside the blocks' transactions. A trace is dear, so only blocks with code
 * to run are asked for.
 */
export async function readInner(
  readings: readonly BlockReading[],
  { reader, width, cannotTrace, first }: InnerReading,
): Promise<readonly BlockReading[]> {
  return mapBounded(readings, width, async (reading) => {
    if (!listedIn(reading.block).some(({ mayRunCode }) => mayRunCode)) return reading
    const inner = await reader.innerTransfers(reading.block, first)
    if (inner === undefined) cannotTrace(reading.block)
    return { ...reading, inner: inner?.transfers ?? [], untraced: inner?.unreadable ?? [] }
  })
}
