import { numberToHex, type PublicClient, type RpcLog } from 'viem'
import type { Address, Hash } from '../../domain/address.ts'
import type { Log } from '../../domain/block.ts'
import { transferTopic } from '../../domain/erc20.ts'
import { ChainMoved } from '../../domain/errors.ts'
import { toHeader } from './block.ts'
import { quantity } from './fields.ts'
import { orNull } from './lookups/not-found.ts'
import { namesNoBlock, toLog } from './receipt.ts'

export interface Heights {
  readonly from: bigint
  readonly to: bigint
}

/** `Transfer` logs of tokens in heights, both ends included, or in one block by its hash. */
export async function searchLogs(
  client: PublicClient,
  place: Heights | Hash,
  tokens: readonly Address[],
  recipients?: readonly Address[],
): Promise<readonly Log[]> {
  const ask = (where: Heights | Hash) => askLogs(client, where, tokens, recipients)
  if (typeof place !== 'string') return await readLogs(client, await ask(place), undefined)
  const logs = await readLogs(client, await ask(place), place)
  if (logs.every(({ blockHash }) => blockHash === place)) return logs
  // The node ignores `blockHash` (hiero-json-rpc-relay #369): the block's height is searched, and its logs name their block.
  const block = await orNull(
    client.request({ method: 'eth_getBlockByHash', params: [place, false] }),
  )
  if (!block) throw new ChainMoved(`the node has no block ${place} any more`)
  const { number } = toHeader(block)
  return await readLogs(client, await ask({ from: number, to: number }), undefined)
}

async function askLogs(
  client: PublicClient,
  place: Heights | Hash,
  tokens: readonly Address[],
  recipients: readonly Address[] | undefined,
): Promise<readonly RpcLog[]> {
  const to = recipients?.map((address): Hash => `0x${'0'.repeat(24)}${address.slice(2)}`)
  const where =
    typeof place === 'string'
      ? { blockHash: place }
      : { fromBlock: numberToHex(place.from), toBlock: numberToHex(place.to) }
  const topics = [transferTopic, ...(to ? [null, to] : [])]
  const filter = { ...where, address: [...tokens], topics }
  const raw = await client.request({ method: 'eth_getLogs', params: [filter] })
  return raw.filter(({ removed }) => removed !== true)
}

/**
 * A log without a block hash, or with a zero one (go-kardia #145), gets that of the block that was asked for, else of the block
 * at its height: its receipt has to agree.
 */
async function readLogs(
  client: PublicClient,
  raw: readonly RpcLog[],
  asked: Hash | undefined,
): Promise<readonly Log[]> {
  const hashes = new Map<bigint, Hash>()
  const read: Log[] = []
  for (const log of raw) {
    if (!namesNoBlock(log.blockHash)) {
      read.push(toLog(log))
      continue
    }
    const height = quantity(log.blockNumber, 'blockNumber')
    const blockHash = asked ?? hashes.get(height) ?? (await hashAt(client, height))
    hashes.set(height, blockHash)
    read.push(toLog({ ...log, blockHash }))
  }
  return read
}

async function hashAt(client: PublicClient, height: bigint): Promise<Hash> {
  const params = [numberToHex(height), false] as [Hash, false]
  const block = await orNull(client.request({ method: 'eth_getBlockByNumber', params }))
  if (!block) throw new ChainMoved(`the node has no block ${height} any more`)
  return toHeader(block, height).hash
}
