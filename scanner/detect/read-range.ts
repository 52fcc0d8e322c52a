import type { Hex } from '../../domain/address.ts'
import { largerOf, smallerOf } from '../../domain/amount.ts'
import type { Block, Log } from '../../domain/chains/block.ts'
import { distinctLogs } from '../../domain/chains/log-content.ts'
import { mayBeCut } from '../../domain/chains/nodes/node-limits.ts'
import { BlockMissing, ChainAnswerBad, ChainMoved } from '../../domain/errors.ts'
import { mapConcurrently } from '../../runtime/map-concurrently.ts'
import type { BlockReading } from './find-hits.ts'
import { type BlockSearch, searchBlock, type WholeLogs, wholeBlockLogs } from './search-block.ts'

export interface RangeReading extends BlockSearch {
  /** Whether a block with this bloom can hold a Transfer of the tokens. */
  readonly mayHoldTransfers: (logsBloom: Hex) => boolean
}

/**
 * Up to this many blocks are searched by hash, one by one. This is safer than a range: a node that
 * is on another fork, or that lacks the block, cannot answer a search by hash.
 */
const fewBlocks = 4

/**
 * Reads consecutive blocks and their transfer logs from one node, and checks that each block links
 * to the block before. The most common real loss is an empty or partial log search. Near the tip
 * every block is searched by its hash. In longer ranges each log must name its block's hash. A
 * block without logs whose bloom allows a transfer is searched again by hash, and once more at
 * another node. The first and the last block of an answer whose length looks like a node's limit
 * are searched again too. If these searches return more logs, the range's answer was partial, and
 * all its blocks are searched by hash.
 * @throws ChainMoved when a block is missing or the blocks do not fit together
 */
export async function readRange(
  from: bigint,
  to: bigint,
  reading: RangeReading,
): Promise<readonly BlockReading[]> {
  const heights = Array.from({ length: Number(to - from) + 1 }, (_, i) => from + BigInt(i))
  const blocks = await mapConcurrently(heights, reading.width, async (height) => {
    const block = await reading.reader.block(height)
    if (!block) throw new BlockMissing(height)
    return block
  })
  checkLinks(blocks)
  if (reading.tokens.length === 0) return blocks.map((block) => ({ block, logs: [] }))
  return blocks.length <= fewBlocks ? byHash(blocks, reading) : bySearch(blocks, from, to, reading)
}

function checkLinks(blocks: readonly Block[]): void {
  blocks.forEach((block, i) => {
    const before = blocks[i - 1]
    if (before && block.parentHash !== before.hash) {
      throw new ChainMoved(`block ${block.number} does not follow the one read before it`)
    }
  })
}

async function byHash(
  blocks: readonly Block[],
  reading: RangeReading,
): Promise<readonly BlockReading[]> {
  const { reader, tokens, width, mayHoldTransfers } = reading
  const whole = async (block: Block, { logs, doubtful, isRefused = false }: WholeLogs) => {
    checkLogs(block, logs)
    // All transactions of the block are doubtful already, so a further request adds nothing.
    if (isRefused) return { block, isRefused, logs, doubtful }
    const found = await wholeBlockLogs(block, logs, reading)
    checkLogs(block, found.logs)
    return { block, ...found }
  }
  const isNothing = ({ logs, doubtful }: WholeLogs) => logs.length + doubtful.length === 0
  return mapConcurrently(blocks, width, async (block) => {
    const ask = () => searchBlock(block, reading)
    const first = await ask()
    if (!isNothing(first) || !mayHoldTransfers(block.logsBloom)) return await whole(block, first)
    // Behind a load balancer the second request may reach a node that has indexed the block.
    const again = await ask()
    if (!isNothing(again)) return await whole(block, again)
    // The bloom allows a transfer, but the search found none. Either the bloom is a false positive,
    // or the node omits logs.
    const elsewhere = await reader.transferLogsElsewhere(block.hash, tokens)
    if (elsewhere === undefined || elsewhere.length === 0) return { block, logs: [] }
    reader.moveOn()
    throw new ChainAnswerBad(
      `the node left out transfers of block ${block.number} that another has`,
    )
  })
}

async function bySearch(
  blocks: readonly Block[],
  from: bigint,
  to: bigint,
  reading: RangeReading,
): Promise<readonly BlockReading[]> {
  const found = await reading.reader.transferLogsOfRange(from, to, reading.tokens)
  const byHeight = new Map<bigint, Log[]>()
  for (const log of found) {
    const logs = byHeight.get(log.blockNumber)
    if (logs) logs.push(log)
    else byHeight.set(log.blockNumber, [log])
  }
  const edges = mayBeCut(found.length) ? edgesOf([...byHeight.keys()]) : []
  const logsOf = ({ number }: Block) => byHeight.get(number) ?? []
  // Logs with another block hash are of another fork, or the node names a wrong hash. A search by
  // hash decides.
  const isOfAnother = (block: Block) => logsOf(block).some((log) => log.blockHash !== block.hash)
  const suspects = blocks.filter(
    (block) =>
      edges.includes(block.number) ||
      isOfAnother(block) ||
      (!byHeight.has(block.number) && reading.mayHoldTransfers(block.logsBloom)),
  )
  const again = await byHash(suspects, reading)
  const partial = again.find(
    ({ block, logs }) => distinctLogs(logs).length > distinctLogs(logsOf(block)).length,
  )
  if (partial) {
    if (isOfAnother(partial.block)) checkLogs(partial.block, logsOf(partial.block))
    if (byHeight.size > 0) reading.onCut?.(partial.block)
    reading.reader.moveOn()
    return byHash(blocks, reading)
  }
  const asked = new Map(again.map((one) => [one.block.number, one]))
  return blocks.map(
    (block) =>
      asked.get(block.number) ?? {
        block,
        logs: checkLogs(block, logsOf(block)),
      },
  )
}

/**
 * Returns the first and the last height. A node that stops at a limit returns the first or the last
 * logs.
 */
function edgesOf(heights: readonly bigint[]): readonly bigint[] {
  const [first, ...others] = heights
  if (first === undefined) return []
  return [others.reduce(smallerOf, first), others.reduce(largerOf, first)]
}

function checkLogs(block: Block, logs: readonly Log[]): readonly Log[] {
  if (logs.some((log) => log.blockHash !== block.hash)) {
    throw new ChainMoved(`logs of block ${block.number} are of another block at that height`)
  }
  return logs
}
