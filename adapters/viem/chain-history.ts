import type { RpcTransaction } from 'viem'
import type { Hash } from '../../domain/address.ts'
import type { Receipt } from '../../domain/chains/block.ts'
import type { Rollup } from '../../domain/chains/fees.ts'
import type { MinedTransaction } from '../../domain/chains/mined-transaction.ts'
import type { ChainHistory } from '../../domain/chains/nodes/chain-state.ts'
import { ChainAnswerBad, ChainMoved } from '../../domain/errors.ts'
import type { ChainNodes } from './client.ts'
import { withReadableAnswers } from './decode/answers.ts'
import { addressOrNone } from './decode/fields.ts'
import { toReceipt } from './decode/receipt.ts'
import { requireL1Fee } from './fees/rollup-fee.ts'
import { withGasPrice } from './fees/with-gas-price.ts'
import { orNull } from './node-errors/not-found.ts'

/**
 * Reads mined transactions together with their receipts, by hash.
 * @param rollup how the chain charges for its L1 data
 */
export function createChainHistory(nodes: ChainNodes, rollup: Rollup = 'none'): ChainHistory {
  return withReadableAnswers<ChainHistory>({
    mined: (hash) =>
      nodes.ask(async (client) => {
        const params = [hash] as [Hash]
        // The same node answers both requests, so that transaction and receipt agree.
        const [raw, receipt] = await Promise.all([
          orNull(client.request({ method: 'eth_getTransactionByHash', params })),
          orNull(client.request({ method: 'eth_getTransactionReceipt', params })),
        ])
        // Some nodes return a pending transaction or its receipt, without a block.
        if (!raw?.blockHash || !receipt?.blockHash) return undefined
        requireL1Fee(rollup, hash, receipt)
        return toMined(hash, raw, await withGasPrice(client, toReceipt(receipt, hash)))
      }),
  })
}

function toMined(hash: Hash, raw: RpcTransaction, receipt: Receipt): MinedTransaction {
  if (raw.hash.toLowerCase() !== hash || receipt.transactionHash !== hash) {
    throw new ChainAnswerBad(`asked for transaction ${hash}, the node returned another`)
  }
  if (raw.blockHash?.toLowerCase() !== receipt.blockHash) {
    throw new ChainMoved(`transaction ${hash} and its receipt are in different blocks`)
  }
  const gasCost = receipt.gasUsed * receipt.effectiveGasPriceWei
  return {
    hash,
    from: addressOrNone(raw.from, 'from') ?? receipt.from,
    // Some nodes omit `to` in the transaction; the receipt has it (parity #6948).
    to: addressOrNone(raw.to, 'to') ?? receipt.to,
    nonce: BigInt(raw.nonce),
    valueWei: BigInt(raw.value),
    data: raw.input.toLowerCase() as Hash,
    gasLimit: BigInt(raw.gas),
    maxFeeWei: BigInt(raw.maxFeePerGas ?? raw.gasPrice ?? receipt.effectiveGasPriceWei),
    blockNumber: receipt.blockNumber,
    blockHash: receipt.blockHash,
    txIndex: receipt.transactionIndex,
    ok: receipt.ok,
    // Some nodes put an empty or null `authorizationList` into every transaction.
    authorizes: raw.type === '0x4' || hasItems(raw.authorizationList),
    gasUsed: receipt.gasUsed,
    gasPriceWei: receipt.effectiveGasPriceWei,
    l1FeeWei: receipt.l1FeeWei,
    feeWei: gasCost + receipt.l1FeeWei,
    logs: receipt.logs,
  }
}

const hasItems = (list: unknown) => Array.isArray(list) && list.length > 0
