import { numberToHex, type PublicClient } from 'viem'
import type { Address, Hash } from '../../domain/address.ts'
import type { Log } from '../../domain/block.ts'
import { transferTopic } from '../../domain/erc20.ts'
import type { ChainReader } from '../../domain/ports/chain-reader.ts'
import { atHash, tokenBalanceAt } from './at-hash.ts'
import { toBlock, toHeader } from './block.ts'
import type { ChainNodes } from './client.ts'
import { type Ask, createHeads } from './heads.ts'
import { readReceipt, toLog } from './receipt.ts'
import { traceBlock } from './trace-block.ts'
import { withReadableAnswers } from './with-readable-answers.ts'

export function createChainReader(chainId: number, nodes: ChainNodes): ChainReader {
  return createReader(chainId, nodes, nodes.ask, () => nodes.pin(), new Set())
}

function createReader(
  chainId: number,
  nodes: ChainNodes,
  ask: Ask,
  pin: () => number,
  knownTags: Set<string>,
): ChainReader {
  const blockByNumber = (height: bigint, whole: boolean) =>
    ask((client) =>
      client.request({ method: 'eth_getBlockByNumber', params: [numberToHex(height), whole] }),
    )
  return withReadableAnswers<ChainReader>({
    chainId,
    ...createHeads(ask, knownTags),
    async header(height) {
      const block = await blockByNumber(height, false)
      return block ? toHeader(block, height) : undefined
    },
    async block(height) {
      const block = await blockByNumber(height, true)
      return block ? toBlock(block, height) : undefined
    },
    transferLogsOfBlock: (blockHash, tokens) =>
      ask((client) => logs(client, { blockHash }, tokens)),
    async transferLogsElsewhere(where, tokens, recipients) {
      if (nodes.count < 2) return undefined
      // A second opinion: without one the first stands, and who is away is told of where the endpoints vote.
      const other = (pin() + 1) % nodes.count
      const place = typeof where === 'string' ? { blockHash: where } : rangeOf(where)
      return await nodes
        .askPinned(other, (client) => logs(client, place, tokens, recipients))
        .catch(() => undefined)
    },
    transferLogsOfRange: (from, to, tokens, recipients) =>
      ask((client) => logs(client, rangeOf({ from, to }), tokens, recipients)),
    innerTransfers: (block) => ask((client) => traceBlock(client, block)),
    async receipt(hash) {
      const params = [hash] as [Hash]
      const receipt = await ask((client) =>
        client.request({ method: 'eth_getTransactionReceipt', params }),
      )
      return readReceipt(hash, receipt)
    },
    nativeTouched: (address, atBlock) =>
      ask(async (client) => {
        const [balance, nonce] = await Promise.all([
          atHash(client, 'eth_getBalance', [address], atBlock),
          atHash(client, 'eth_getTransactionCount', [address], atBlock),
        ])
        return BigInt(balance) > 0n || BigInt(nonce) > 0n
      }),
    nativeBalance: (holder, atBlock) =>
      ask(async (client) => BigInt(await atHash(client, 'eth_getBalance', [holder], atBlock))),
    tokenBalance: (token, holder, atBlock) =>
      ask((client) => tokenBalanceAt(client, token, holder, atBlock)),
    pinned() {
      const index = nodes.pin()
      const askIt: Ask = (work) => nodes.askPinned(index, work)
      return createReader(chainId, nodes, askIt, () => index, knownTags)
    },
    moveOn: () => nodes.moveOn(pin()),
  })
}

const rangeOf = ({ from, to }: { readonly from: bigint; readonly to: bigint }) => ({
  fromBlock: numberToHex(from),
  toBlock: numberToHex(to),
})

type Place = { readonly blockHash: Hash } | { readonly fromBlock: Hash; readonly toBlock: Hash }

async function logs(
  client: PublicClient,
  place: Place,
  tokens: readonly Address[],
  recipients?: readonly Address[],
): Promise<readonly Log[]> {
  const to = recipients?.map((address): Hash => `0x${'0'.repeat(24)}${address.slice(2)}`)
  const filter = {
    ...place,
    address: [...tokens],
    topics: [transferTopic, ...(to ? [null, to] : [])],
  }
  const raw = await client.request({ method: 'eth_getLogs', params: [filter] })
  return raw.map(toLog)
}
