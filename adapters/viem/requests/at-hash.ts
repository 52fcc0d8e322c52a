import type { PublicClient } from 'viem'
import type { Address, Hash } from '../../../domain/address.ts'
import { encodeBalanceOf } from '../../../domain/chains/erc20.ts'
import { ChainAnswerBad } from '../../../domain/errors.ts'

/**
 * MONEY 20: reads state at a block hash (EIP-1898). A node that lacks the block refuses instead of
 * answering for another block.
 */
export async function atHash(
  client: PublicClient,
  method: 'eth_getBalance' | 'eth_call' | 'eth_getTransactionCount' | 'eth_getCode',
  params: readonly unknown[],
  blockHash: Hash,
): Promise<unknown> {
  const request = { method, params: [...params, { blockHash }] }
  // viem's types for these methods lack the EIP-1898 parameter.
  return await client.request(request as never)
}

/** Reads a token balance after a block. @throws ChainAnswerBad if the contract is no ERC-20 */
export async function tokenBalanceAt(
  client: PublicClient,
  token: Address,
  holder: Address,
  blockHash: Hash,
): Promise<bigint> {
  const call = { to: token, data: encodeBalanceOf(holder) }
  const answer = await atHash(client, 'eth_call', [call], blockHash)
  if (typeof answer !== 'string' || !/^0x[0-9a-f]{64}$/i.test(answer)) {
    throw new ChainAnswerBad(`balanceOf of token ${token} is not one 32-byte word; not an ERC-20`)
  }
  return BigInt(answer)
}
