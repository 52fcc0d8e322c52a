import type { Rollup } from '../../domain/chains/fees.ts'
import type { ChainReader } from '../../domain/chains/nodes/chain-reader.ts'
import type { ChainNodes } from './client.ts'
import { numberIn, withReadableAnswers } from './decode/answers.ts'
import { toHeader } from './decode/block.ts'
import { askBlock } from './requests/ask-block.ts'
import { askReceipt } from './requests/ask-receipt.ts'
import { atHash, tokenBalanceAt } from './requests/at-hash.ts'
import { type Ask, createHeads } from './requests/heads.ts'
import { type Other, readBlock } from './requests/read-block.ts'
import { searchLogs } from './requests/search-logs.ts'
import { traceBlock } from './traces/trace-block.ts'

/**
 * Reads blocks, logs, traces, receipts and balances for the scanner.
 * @param rollup how the chain charges for its L1 data
 */
export function createChainReader(
  chainId: number,
  nodes: ChainNodes,
  rollup: Rollup = 'none',
): ChainReader {
  return createReader({ chainId, nodes, rollup, knownTags: new Set() }, nodes.ask, () =>
    nodes.pin(),
  )
}

interface Served {
  readonly chainId: number
  readonly nodes: ChainNodes
  readonly rollup: Rollup
  readonly knownTags: Set<string>
}

function createReader(served: Served, ask: Ask, pin: () => number): ChainReader {
  const { chainId, nodes, rollup, knownTags } = served
  const elsewhere: Other | undefined =
    nodes.count < 2
      ? undefined
      : (work) => nodes.askPinned((pin() + 1) % nodes.count, work).catch(() => undefined)
  const heldTo = (index: number) => {
    const askIt: Ask = (work) => nodes.askPinned(index, work)
    return createReader(served, askIt, () => index)
  }
  return withReadableAnswers<ChainReader>({
    chainId,
    ...createHeads(ask, knownTags),
    async header(height) {
      const block = await ask((client) => askBlock(client, height, false))
      return block ? toHeader(block, height) : undefined
    },
    block: (height) => ask((client) => readBlock(client, height, elsewhere)),
    transferLogsOfBlock: (blockHash, tokens) =>
      ask((client) => searchLogs(client, blockHash, tokens)),
    async transferLogsElsewhere(where, tokens, recipients) {
      if (nodes.count < 2) return undefined
      // If the other endpoint does not answer, the caller uses the first endpoint's answer alone.
      // The error is dropped here, because the quorum reports unreachable endpoints.
      const other = (pin() + 1) % nodes.count
      return await nodes
        .askPinned(other, (client) => searchLogs(client, where, tokens, recipients))
        .catch(() => undefined)
    },
    transferLogsOfRange: (from, to, tokens, recipients) =>
      ask((client) => searchLogs(client, { from, to }, tokens, recipients)),
    internalTransfers: (block, first) => ask((client) => traceBlock(client, block, first)),
    receipt: (hash, { withFee = false } = {}) => askReceipt(ask, hash, { withFee, rollup }),
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
