import { numberToHex, type PublicClient, type RpcBlock } from 'viem'
import type { Hash } from '../../../domain/address.ts'
import type { BlockHeader } from '../../../domain/chains/block.ts'
import { ChainAnswerBad, ChainRefused } from '../../../domain/errors.ts'
import { quantityOr } from '../decode/fields.ts'
import { lacksMethod } from '../node-errors/lacks-method.ts'
import { orNull } from '../node-errors/not-found.ts'
import { translateChainError } from '../node-errors/translate-chain-error.ts'

/**
 * Requests a block by height or hash.
 * @param whole true for whole transactions, false for their hashes only
 * @returns null if the node does not have the block
 */
export function askBlock(
  client: PublicClient,
  which: bigint | Hash,
  whole: boolean,
): Promise<RpcBlock | null> {
  return orNull<RpcBlock | null>(
    typeof which === 'bigint'
      ? client.request({ method: 'eth_getBlockByNumber', params: [numberToHex(which), whole] })
      : client.request({ method: 'eth_getBlockByHash', params: [which, whole] }),
  )
}

/**
 * Checks with the node's transaction count that a block that used gas has no transactions.
 * @throws ChainAnswerBad if the node counts transactions in the block
 */
export async function requireEmpty(
  client: PublicClient,
  { number, hash }: Pick<BlockHeader, 'number' | 'hash'>,
): Promise<void> {
  const count = await countOf(client, hash)
  if (count === 0n || count === 'unknown method') return
  throw new ChainAnswerBad(`block ${number} used gas but has no transactions`)
}

async function countOf(
  client: PublicClient,
  hash: Hash,
): Promise<bigint | 'unknown method' | null> {
  try {
    const params = [hash] as [Hash]
    const method = 'eth_getBlockTransactionCountByHash'
    return quantityOr(await client.request({ method, params }), 'the count', null)
  } catch (error) {
    const translated = translateChainError(error)
    if (translated instanceof ChainRefused && lacksMethod(translated)) return 'unknown method'
    throw translated
  }
}
