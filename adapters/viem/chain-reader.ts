import { numberToHex } from 'viem'
import type { ChainReader } from '../../domain/ports/chain-reader.ts'
import { numberIn } from './answers.ts'
import { askReceipt } from './ask-receipt.ts'
import { atHash, tokenBalanceAt } from './at-hash.ts'
import { toHeader } from './block.ts'
import type { ChainNodes } from './client.ts'
import { type Ask, createHeads } from './heads.ts'
import { orNull } from './lookups/not-found.ts'
import { type Other, readBlock } from './read-block.ts'
import { searchLogs } from './search-logs.ts'
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
  const elsewhere: Other | undefined =
    nodes.count < 2
      ? undefined
      : (work) => nodes.askPinned((pin() + 1) % nodes.count, work).catch(() => undefined)
  const heldTo = (index: number) => {
    const askIt: Ask = (work) => nodes.askPinned(index, work)
    return createReader(chainId, nodes, askIt, () => index, knownTags)
  }
  return withReadableAnswers<ChainReader>({
    chainId,
    ...createHeads(ask, knownTags),
    async header(height) {
      const block = await ask((client) =>
        orNull(
          client.request({ method: 'eth_getBlockByNumber', params: [numberToHex(height), false] }),
        ),
      )
      return block ? toHeader(block, height) : undefined
    },
    block: (height) => ask((client) => readBlock(client, height, elsewhere)),
    transferLogsOfBlock: (blockHash, tokens) =>
      ask((client) => searchLogs(client, blockHash, tokens)),
    async transferLogsElsewhere(where, tokens, recipients) {
      if (nodes.count < 2) return undefined
      // A second opinion: without one the first stands, and who is away is told of where the endpoints vote.
      const other = (pin() + 1) % nodes.count
      return await nodes
        .askPinned(other, (client) => searchLogs(client, where, tokens, recipients))
        .catch(() => undefined)
    },
    transferLogsOfRange: (from, to, tokens, recipients) =>
      ask((client) => searchLogs(client, { from, to }, tokens, recipients)),
    innerTransfers: (block, first) => ask((client) => traceBlock(client, block, first)),
    receipt: (hash, { withFee = false } = {}) => askReceipt(ask, hash, { withFee }),
    nativeTouched: (address, atBlock) =>
      ask(async (client) => {
        const [balance, nonce] = await Promise.all([
          atHash(client, 'eth_getBalance', [address], atBlock),
          atHash(client, 'eth_getTransactionCount', [address], atBlock),
        ])
        return numberIn(balance, 'eth_getBalance') > 0n || numberIn(nonce, 'the nonce') > 0n
      }),
    nativeBalance: (holder, atBlock) =>
      ask(async (client) =>
        numberIn(await atHash(client, 'eth_getBalance', [holder], atBlock), 'eth_getBalance'),
      ),
    tokenBalance: (token, holder, atBlock) =>
      ask((client) => tokenBalanceAt(client, token, holder, atBlock)),
    endpoint: (offset) => heldTo((pin() + offset) % nodes.count),
    pinned: () => heldTo(nodes.pin()),
    moveOn: () => nodes.moveOn(pin()),
  })
}
