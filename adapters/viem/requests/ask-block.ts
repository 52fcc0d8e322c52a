import { numberToHex, type PublicClient, type RpcBlock } from 'viem'
import type { Hash } from '../../../domain/address.ts'
import { orNull } from '../judge-error/not-found.ts'

/**
 * @param whole with transactions instead of their hashes @returns null where the node does not have
 * the block
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
