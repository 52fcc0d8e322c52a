import type { PublicClient, RpcBlock } from 'viem'
import type { Hash } from '../../../domain/address.ts'
import type { Block } from '../../../domain/chains/block.ts'
import { asksTooMuch } from '../../../domain/chains/nodes/node-limits.ts'
import { ChainAnswerBad, ChainRefused } from '../../../domain/errors.ts'
import { isHollow, lacksHashes, toBlock, toHeader } from '../decode/block.ts'
import { hash32 } from '../decode/fields.ts'
import { isTransient } from '../node-errors/is-transient.ts'
import { translateChainError } from '../node-errors/translate-chain-error.ts'
import { askBlock, requireEmpty } from './ask-block.ts'
import { readBlockInPieces } from './read-block-in-pieces.ts'

/**
 * Reads a block with its transactions. Returns undefined if the node does not have the block. If
 * the node can't return the block in one answer, the block is read in pieces: first the
 * transaction hashes, then each transaction.
 * @param which height or hash
 * @param other asks another endpoint, if there is one
 */
export async function readBlock(
  client: PublicClient,
  which: bigint | Hash,
  other?: Other,
): Promise<Block | undefined> {
  try {
    const block = await askBlock(client, which, true)
    return block ? await wholeBlock(client, which, block, other) : undefined
  } catch (error) {
    const translated = translateChainError(error)
    const isLasting = translated instanceof ChainRefused && !isTransient(translated)
    if (!asksTooMuch(translated) && !isLasting) throw error
    return await readBlockInPieces(client, which)
  }
}

/** Asks another endpoint; undefined if it does not answer. */
export type Other = <T>(work: (client: PublicClient) => Promise<T>) => Promise<T | undefined>

async function wholeBlock(
  client: PublicClient,
  which: bigint | Hash,
  block: RpcBlock,
  other: Other | undefined,
): Promise<Block | undefined> {
  const height = heightOf(which, block)
  const told = isHollow(block) ? await unhollowed(client, block, height, other) : block
  const hashes = lacksHashes(told) ? await hashesOf(client, told) : undefined
  try {
    return toBlock(told, height, hashes)
  } catch (error) {
    // An entry of the list belongs to another block, so the transactions are read one by one.
    if (error instanceof ChainAnswerBad)
      return await readBlockInPieces(client, toHeader(told, height).hash)
    throw error
  }
}

/**
 * Verifies a block that used gas and lists no transactions, because an incomplete block could hide
 * a deposit. The block is requested again, from another endpoint if there is one. If it is still
 * empty, the node must count no transactions in the block.
 */
async function unhollowed(
  client: PublicClient,
  block: RpcBlock,
  height: bigint,
  other: Other | undefined,
): Promise<RpcBlock> {
  const { hash } = toHeader(block, height)
  const again =
    (await other?.((one) => askBlock(one, hash, true))) ?? (await askBlock(client, hash, true))
  if (again && listsAny(again) && toHeader(again, height).hash === hash) return again
  await requireEmpty(client, { number: height, hash })
  return block
}

const listsAny = ({ transactions }: RpcBlock) =>
  Array.isArray(transactions) && transactions.length > 0

async function hashesOf(client: PublicClient, { hash }: RpcBlock): Promise<readonly Hash[]> {
  const listed = hash && (await askBlock(client, hash, false))
  return (listed?.transactions ?? []).map((one) => hash32(one, 'hash'))
}

const heightOf = (which: bigint | Hash, block: RpcBlock): bigint =>
  typeof which === 'bigint' ? which : BigInt(block.number ?? 0)
