import { numberToHex } from 'viem'
import type { Rollup } from '../../domain/chains/fees.ts'
import type { ChainState } from '../../domain/chains/nodes/chain-state.ts'
import { ChainAnswerBad, ChainMoved, withoutSecrets } from '../../domain/errors.ts'
import type { ChainNodes } from './client.ts'
import { bytesIn, gasIn, numberIn, withReadableAnswers } from './decode/answers.ts'
import { toHeader } from './decode/block.ts'
import { readFeeQuote } from './fees/read-fee-quote.ts'
import { readRollupFee } from './fees/rollup-fee.ts'
import { isRevert } from './node-errors/is-revert.ts'
import { nodeErrorOf } from './node-errors/node-error.ts'
import { askBlock } from './requests/ask-block.ts'
import { askReceipt } from './requests/ask-receipt.ts'
import { atHash, tokenBalanceAt } from './requests/at-hash.ts'
import { createHeads } from './requests/heads.ts'
import { readBlock } from './requests/read-block.ts'

/**
 * Reads balances, nonces, code, fees, gas estimates and receipts for plans and money code.
 * @param rollup how the chain charges for its L1 data
 */
export function createChainState(
  chainId: number,
  nodes: ChainNodes,
  rollup: Rollup = 'none',
): ChainState {
  const state: ChainState = {
    chainId,
    ...createHeads(nodes.ask),
    async blockHash(height) {
      const block = await nodes.ask((client) => askBlock(client, height, false))
      return block ? toHeader(block, height).hash : undefined
    },
    nativeBalance: (holder, atBlock) =>
      nodes.ask(async (client) =>
        numberIn(await atHash(client, 'eth_getBalance', [holder], atBlock), 'eth_getBalance'),
      ),
    tokenBalance: (token, holder, atBlock) =>
      nodes.ask((client) => tokenBalanceAt(client, token, holder, atBlock)),
    nonceAt: (sender, atBlock) =>
      nodes.ask(async (client) =>
        numberIn(await atHash(client, 'eth_getTransactionCount', [sender], atBlock), 'the nonce'),
      ),
    listedAs: (sender, nonce, inBlock) =>
      nodes.ask(async (client) => {
        const block = await readBlock(client, inBlock)
        if (!block) throw new ChainMoved(`the node has no block ${inBlock}`)
        const { hash, transactions, unreadable = [] } = block
        if (hash !== inBlock) throw new ChainAnswerBad(`asked for block ${inBlock}, not ${hash}`)
        const found = transactions.find(
          (it) => it.from === sender && it.nonce !== null && BigInt(it.nonce) === nonce,
        )?.hash
        const mayBe = unreadable.find(
          (it) => (it.from ?? sender) === sender && BigInt(it.nonce ?? nonce) === nonce,
        )
        if (!found && mayBe) throw new ChainAnswerBad(`${mayBe.hash} can’t be read: ${mayBe.why}`)
        return found
      }),
    minedNonce: (sender) =>
      nodes.ask(async (client) =>
        numberIn(
          await client.request({ method: 'eth_getTransactionCount', params: [sender, 'latest'] }),
          'the nonce',
        ),
      ),
    code: (address, atBlock) =>
      nodes.ask(async (client) =>
        bytesIn(
          atBlock === undefined
            ? await client.request({ method: 'eth_getCode', params: [address, 'latest'] })
            : await atHash(client, 'eth_getCode', [address], atBlock),
          'eth_getCode',
        ),
      ),
    feeQuote: () => nodes.ask(readFeeQuote),
    rollupFee: (draft) =>
      readRollupFee(chainId, rollup, draft, ({ to, data }) =>
        state.simulate({ from: to, to, data }),
      ),
    simulate: ({ from, to, data }, atBlock) =>
      nodes.ask((client) =>
        orReverted(async () => {
          // A raw request: viem's `call` would fetch any URL that a token names in its revert
          // (EIP-3668).
          const call = { from, to, data }
          const answer =
            atBlock === undefined
              ? await client.request({ method: 'eth_call', params: [call, 'latest'] })
              : await atHash(client, 'eth_call', [call], atBlock)
          return { kind: 'returned' as const, data: bytesIn(answer, 'eth_call') }
        }),
      ),
    estimateGas: ({ from, to, data, valueWei }, atHeight) =>
      nodes.ask((client) =>
        orReverted(async () => {
          // The request has no fees, so that the transfer of a wallet without gas can be estimated.
          const call = { from, to, data, value: numberToHex(valueWei) }
          const gas = await client.request({
            method: 'eth_estimateGas',
            params: atHeight === undefined ? [call] : [call, numberToHex(atHeight)],
          })
          return { kind: 'gas' as const, gas: gasIn(gas) }
        }),
      ),
    receipt: (hash) => askReceipt(nodes.ask, hash, { rollup }),
  }
  return withReadableAnswers(state)
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

/** Returns the node's error text if the error is a revert; undefined for any other error. */
function revertReason(error: unknown): string | undefined {
  const answered = nodeErrorOf(error)
  if (!answered || !isRevert(answered)) return undefined
  return withoutSecrets(answered.message) || `execution reverted (${answered.code ?? 'no code'})`
}
