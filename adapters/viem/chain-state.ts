import { BaseError, numberToHex, type PublicClient, RpcRequestError } from 'viem'
import type { Hex } from '../../domain/address.ts'
import { ChainAnswerBad, ChainMoved, ChainRefused, withoutSecrets } from '../../domain/errors.ts'
import type { ChainState } from '../../domain/ports/chain-state.ts'
import type { Rollup } from '../../domain/rollup.ts'
import { atHash, tokenBalanceAt } from './at-hash.ts'
import { toBlock, toHeader } from './block.ts'
import type { ChainNodes } from './client.ts'
import { translateChainError } from './errors.ts'
import { createHeads } from './heads.ts'
import { readReceipt } from './receipt.ts'
import { readRollupFee } from './rollup-fee.ts'
import { withReadableAnswers } from './with-readable-answers.ts'

/** JSON-RPC code of a reverted call (geth and its kin); anvil and others use it too. */
const revertCode = 3

/** @param rollup how the chain charges for its L1 data */
export function createChainState(
  chainId: number,
  nodes: ChainNodes,
  rollup: Rollup = 'none',
): ChainState {
  const state: ChainState = {
    chainId,
    ...createHeads(nodes.ask),
    async blockHash(height) {
      const block = await nodes.ask((client) =>
        client.request({
          method: 'eth_getBlockByNumber',
          params: [numberToHex(height), false],
        }),
      )
      return block ? toHeader(block, height).hash : undefined
    },
    nativeBalance: (holder, atBlock) =>
      nodes.ask(async (client) =>
        quantity(await atHash(client, 'eth_getBalance', [holder], atBlock), 'eth_getBalance'),
      ),
    tokenBalance: (token, holder, atBlock) =>
      nodes.ask((client) => tokenBalanceAt(client, token, holder, atBlock)),
    nonceAt: (sender, atBlock) =>
      nodes.ask(async (client) =>
        quantity(await atHash(client, 'eth_getTransactionCount', [sender], atBlock), 'the nonce'),
      ),
    listedAs: (sender, nonce, inBlock) =>
      nodes.ask(async (client) => {
        const block = await client.request({
          method: 'eth_getBlockByHash',
          params: [inBlock, true],
        })
        if (!block) throw new ChainMoved(`the node has no block ${inBlock}`)
        const { hash, transactions } = toBlock(block, BigInt(block.number ?? 0))
        if (hash !== inBlock) throw new ChainAnswerBad(`asked for block ${inBlock}, not ${hash}`)
        return transactions.find((it) => it.from === sender && BigInt(it.nonce) === nonce)?.hash
      }),
    minedNonce: (sender) =>
      nodes.ask(async (client) =>
        BigInt(await client.getTransactionCount({ address: sender, blockTag: 'latest' })),
      ),
    code: (address, atBlock) =>
      nodes.ask(async (client) =>
        atBlock === undefined
          ? ((await client.getCode({ address })) ?? '0x')
          : await atHash(client, 'eth_getCode', [address], atBlock),
      ),
    feeQuote: () => nodes.ask(readFeeQuote),
    rollupFee: (draft) =>
      readRollupFee(chainId, rollup, draft, ({ to, data }) =>
        state.simulate({ from: to, to, data }),
      ),
    simulate: ({ from, to, data }, atBlock) =>
      nodes.ask((client) =>
        orReverted(async () => {
          // Asked as it is: viem's `call` would follow a token to any URL that its revert names (EIP-3668).
          const call = { from, to, data }
          const answer =
            atBlock === undefined
              ? await client.request({ method: 'eth_call', params: [call, 'latest'] })
              : await atHash(client, 'eth_call', [call], atBlock)
          return { kind: 'returned' as const, data: answer }
        }),
      ),
    estimateGas: ({ from, to, data, valueWei }, atHeight) =>
      nodes.ask((client) =>
        orReverted(async () => {
          // Without fees in the request, so that a wallet that has no gas yet can be estimated for.
          const call = { from, to, data, value: numberToHex(valueWei) }
          const gas = await client.request({
            method: 'eth_estimateGas',
            params: atHeight === undefined ? [call] : [call, numberToHex(atHeight)],
          })
          return { kind: 'gas' as const, gas: BigInt(gas) }
        }),
      ),
    receipt: (hash) =>
      nodes.ask(async (client) => {
        const receipt = await client.request({
          method: 'eth_getTransactionReceipt',
          params: [hash],
        })
        return readReceipt(hash, receipt)
      }),
  }
  return withReadableAnswers(state)
}

function quantity(answer: Hex, what: string): bigint {
  if (!/^0x[0-9a-f]+$/i.test(answer)) throw new ChainAnswerBad(`${what} came back as no number`)
  return BigInt(answer)
}

async function readFeeQuote(client: PublicClient) {
  const [block, gasPrice, priorityFee] = await Promise.all([
    client.getBlock({ blockTag: 'latest' }),
    client.getGasPrice(),
    client.request({ method: 'eth_maxPriorityFeePerGas' }).catch((error: unknown) => ({ error })),
  ])
  // Legacy chains have no such method, and do not use it; elsewhere a tip of nothing would be signed for a question that failed.
  if (
    typeof priorityFee !== 'string' &&
    block.baseFeePerGas !== null &&
    !isUnknownMethod(priorityFee.error)
  )
    throw priorityFee.error
  return {
    blockNumber: block.number,
    baseFeeWei: block.baseFeePerGas ?? undefined,
    gasPriceWei: gasPrice,
    priorityFeeWei: typeof priorityFee === 'string' ? BigInt(priorityFee) : 0n,
  }
}

/** JSON-RPC's "method not found", and EIP-1474's "method not supported". */
const unknownMethodCodes = [-32601, -32004]

function isUnknownMethod(error: unknown): boolean {
  const translated = translateChainError(error)
  return translated instanceof ChainRefused && unknownMethodCodes.includes(translated.code ?? 0)
}

async function orReverted<T>(
  work: () => Promise<T>,
): Promise<T | { kind: 'reverted'; reason: string }> {
  try {
    return await work()
  } catch (error) {
    const reason = revertReason(error)
    if (reason === undefined) throw error
    return { kind: 'reverted', reason }
  }
}

/** The node's words for a revert; undefined for any other error. */
function revertReason(error: unknown): string | undefined {
  if (!(error instanceof BaseError)) return undefined
  const rpc = error.walk((e) => e instanceof RpcRequestError)
  const words = rpc instanceof RpcRequestError ? rpc.details : error.details
  const reverted =
    (rpc instanceof RpcRequestError && rpc.code === revertCode) || /revert/i.test(words ?? '')
  return reverted ? withoutSecrets(words || error.shortMessage) : undefined
}
