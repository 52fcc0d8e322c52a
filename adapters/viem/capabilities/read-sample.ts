import type { Hash } from '../../../domain/address.ts'
import { largerOf } from '../../../domain/amount.ts'
import type { Block, BlockHeader } from '../../../domain/chains/block.ts'
import { finalHeight } from '../../../domain/chains/finality.ts'
import { listedTransactions } from '../../../domain/chains/listed-transactions.ts'
import { ChainAnswerBad } from '../../../domain/errors.ts'
import type { EndpointPorts } from './endpoint-ports.ts'
import type { ProbedChain, Sample } from './probe.ts'

/** A hash that no transaction has. */
const nobodys: Hash = `0x${'0'.repeat(64)}`
/** Number of newest blocks in which a transaction is searched. */
const newestBlocks = 5n
/** Number of newest blocks in which a transaction to trace is searched. */
const newestToTrace = 16n

/**
 * Reads the sample blocks and transaction from one endpoint, each once. A failed read throws only
 * when a probe uses its value, so that the other probes still run.
 */
export async function readSample(ports: EndpointPorts, chain: ProbedChain): Promise<Sample> {
  const head = await pieceOf(() => ports.reader.head())
  const block = await pieceOf(() => newestBlock(ports, head().number))
  const transaction = await pieceOf(() => newestTransaction(ports, block()))
  const coded = await pieceOf(() => newestCoded(ports, chain, block()))
  const finalBlock = await pieceOf(() => finalBlockOf(ports, chain, head()))
  return {
    get block() {
      return block()
    },
    get transaction() {
      return transaction()
    },
    get coded() {
      return coded()
    },
    get finalBlock() {
      return finalBlock()
    },
  }
}

/** @returns a function that returns the value, or throws the error of the read */
async function pieceOf<T>(read: () => Promise<T>): Promise<() => T> {
  try {
    const value = await read()
    return () => value
  } catch (error) {
    return () => {
      throw error
    }
  }
}

async function newestBlock({ reader }: EndpointPorts, number: bigint): Promise<Block> {
  const block = await reader.block(number)
  if (!block) throw new ChainAnswerBad(`the node has no block ${number}, which it calls its newest`)
  return block
}

async function finalBlockOf(
  { state }: EndpointPorts,
  { finality }: ProbedChain,
  head: BlockHeader,
): Promise<Sample['finalBlock']> {
  const tagged = finality.tag && (await state.taggedHeight(finality.tag).catch(() => undefined))
  const height = largerOf(finalHeight(finality, head.number, tagged) ?? 0n, 1n)
  const hash = height >= head.number ? head.hash : await state.blockHash(height)
  return hash ? { height, hash } : { height: head.number, hash: head.hash }
}

async function newestTransaction({ reader }: EndpointPorts, top: Block): Promise<Hash> {
  const found = await newest(reader, top, newestBlocks, (block) => block.transactions.length > 0)
  return found?.transactions[0]?.hash ?? nobodys
}

async function newestCoded(
  { reader }: EndpointPorts,
  { internalTransfers }: ProbedChain,
  top: Block,
): Promise<Block | undefined> {
  if (internalTransfers !== 'trace') return undefined
  return await newest(reader, top, newestToTrace, (block) =>
    listedTransactions(block).some(({ mayRunCode }) => mayRunCode),
  )
}

async function newest(
  reader: EndpointPorts['reader'],
  top: Block,
  most: bigint,
  holds: (block: Block) => boolean,
): Promise<Block | undefined> {
  let block: Block | undefined = top
  for (let below = 1n; block; below += 1n) {
    if (holds(block)) return block
    if (below >= most || below > top.number) return undefined
    block = await reader.block(top.number - below).catch(() => undefined)
  }
  return undefined
}
