import type { PublicClient } from 'viem'
import type { Hash } from '../../../domain/address.ts'
import type { BlockHeader } from '../../../domain/chains/block.ts'
import { ChainAnswerBad, ChainRefused } from '../../../domain/errors.ts'
import { quantityOr } from '../decode/fields.ts'
import { translateChainError } from '../judge-error/errors.ts'
import { lacksMethod } from '../judge-error/lacks-method.ts'

/**
 * @throws ChainAnswerBad where the node counts transactions in a block that used gas and lists none
 */
export async function requireEmpty(
  client: PublicClient,
  { number, hash }: Pick<BlockHeader, 'number' | 'hash'>,
): Promise<void> {
  const count = await countOf(client, hash)
  if (count === 0n || count === 'unknown method') return
  throw new ChainAnswerBad(`block ${number} used gas, and came without transactions`)
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
