import { numberToHex, type PublicClient, type RpcLog } from 'viem'
import type { Address, Hash } from '../../../domain/address.ts'
import type { Log } from '../../../domain/chains/block.ts'
import { transferTopic } from '../../../domain/chains/erc20.ts'
import { ChainAnswerBad, ChainMoved } from '../../../domain/errors.ts'
import { toHeader } from '../decode/block.ts'
import { quantity } from '../decode/fields.ts'
import { namesNoBlock, toLog } from '../decode/receipt.ts'
import { askBlock } from './ask-block.ts'

export interface Heights {
  readonly from: bigint
  readonly to: bigint
}

/**
 * Returns the `Transfer` logs of tokens in a range of heights, both ends included, or in one block
 * by hash.
 * @param recipients if given, only transfers to these addresses are returned
 */
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
  const block = await askBlock(client, place, false)
  if (!block) throw new ChainMoved(`the node no longer has block ${place}`)
  const { number } = toHeader(block)
  const named = await withOwnHash(client, logs, { number, hash: place })
  if (named.every(({ blockHash }) => blockHash === place)) return named
  // The node ignores `blockHash` (hiero-json-rpc-relay #369), so the block's height is searched
  // instead. The logs found there name their block.
  const atHeight = await readLogs(client, await ask({ from: number, to: number }), undefined)
  return await withOwnHash(client, atHeight, { number, hash: place })
}

/**
 * Gives logs at the block's height the block's hash if the node does not know the hash that they
 * name. Such a hash is from before the block was sealed (XDPoSChain #208), and counts as missing. A
 * hash that the node knows belongs to another fork, and is kept.
 */
async function withOwnHash(
  client: PublicClient,
  logs: readonly Log[],
  { number, hash }: { readonly number: bigint; readonly hash: Hash },
): Promise<readonly Log[]> {
  const isOfOtherBlock = (log: Log) => log.blockHash !== hash && log.blockNumber === number
  const otherBlocks = [...new Set(logs.filter(isOfOtherBlock).map(({ blockHash }) => blockHash))]
  const unknown = new Set<Hash>()
  // A node with wrong hashes has only one wrong hash for each block. With many hashes, the check
  // is skipped, because it would cost many requests.
  if (otherBlocks.length > mostOtherBlocks) return logs
  for (const one of otherBlocks) if (!(await askBlock(client, one, false))) unknown.add(one)
  return logs.map((log) =>
    isOfOtherBlock(log) && unknown.has(log.blockHash) ? { ...log, blockHash: hash } : log,
  )
}

const mostOtherBlocks = 4

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
  const raw: unknown = await client.request({ method: 'eth_getLogs', params: [filter] })
  // Some nodes write null for an empty list (smartbch #67, flow-evm-gateway #695). Callers repeat
  // the search if an empty list matters.
  if (raw === null) return []
  if (!Array.isArray(raw)) throw new ChainAnswerBad('the answer to eth_getLogs is not a list')
  return (raw as readonly RpcLog[]).filter(({ removed }) => removed !== true)
}

/**
 * Reads the logs of an answer. A log without a block hash, or with a zero hash (go-kardia #145),
 * gets the hash of the requested block, else of the block at the log's height. The log's receipt is
 * compared with it later.
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
  const block = await askBlock(client, height, false)
  if (!block) throw new ChainMoved(`the node no longer has block ${height}`)
  return toHeader(block, height).hash
}
