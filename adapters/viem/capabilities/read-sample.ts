import type { Hash } from '../../../domain/address.ts'
import { largerOf } from '../../../domain/amount.ts'
import type { Block } from '../../../domain/block.ts'
import { ChainAnswerBad } from '../../../domain/errors.ts'
import { finalHeight } from '../../../domain/finality.ts'
import type { EndpointPorts } from './endpoint-ports.ts'
import type { ProbedChain, Sample } from './probe.ts'

/** No transaction has this hash. */
const nobodys: Hash = `0x${'0'.repeat(64)}`
/** Blocks looked through for a transaction. */
const newestBlocks = 5n

/** @throws what the endpoint answers where it has no newest block; nothing else can be asked of it then */
export async function readSample(
  { reader, state }: EndpointPorts,
  { finality }: ProbedChain,
): Promise<Sample> {
  const { number } = await reader.head()
  const block = await reader.block(number)
  if (!block) throw new ChainAnswerBad(`the node has no block ${number}, which it calls its newest`)
  const tagged = finality.tag && (await state.taggedHeight(finality.tag).catch(() => undefined))
  const height = largerOf(finalHeight(finality, number, tagged) ?? 0n, 1n)
  const hash = height >= number ? block.hash : await state.blockHash(height)
  return {
    block,
    transaction: await newestTransaction(reader, block),
    finalBlock: hash ? { height, hash } : { height: number, hash: block.hash },
  }
}

async function newestTransaction(reader: EndpointPorts['reader'], newest: Block): Promise<Hash> {
  let block: Block | undefined = newest
  for (let below = 1n; block && below <= newestBlocks && below <= newest.number; below += 1n) {
    const [transaction] = block.transactions
    if (transaction) return transaction.hash
    block = await reader.block(newest.number - below).catch(() => undefined)
  }
  return nobodys
}
