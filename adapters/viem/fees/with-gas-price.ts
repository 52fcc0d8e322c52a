import type { PublicClient } from 'viem'
import type { Hash } from '../../../domain/address.ts'
import type { Receipt } from '../../../domain/chains/block.ts'
import { gasPricePaid } from '../../../domain/chains/fees.ts'
import { TransactionUnreadable } from '../../../domain/errors.ts'
import { quantityOrUndefined } from '../decode/fields.ts'
import { orNull } from '../node-errors/not-found.ts'

/**
 * Derives a gas price that is missing or 0 in the receipt from the transaction and its block, read
 * from the same node. The price stays 0 if the transaction offered 0.
 * @throws TransactionUnreadable if the node has the receipt but not the transaction, or if the
 * transaction has no price
 */
export async function withGasPrice(client: PublicClient, receipt: Receipt): Promise<Receipt> {
  if (receipt.effectiveGasPriceWei > 0n) return receipt
  const { transactionHash: hash, blockHash } = receipt
  const lookup = client.request({ method: 'eth_getTransactionByHash', params: [hash] })
  const transaction = await orNull(lookup)
  if (!transaction) throw unpriced(hash, 'the node has no such transaction')
  const offered = {
    gasPriceWei: quantityOrUndefined(transaction.gasPrice),
    maxFeeWei: quantityOrUndefined(transaction.maxFeePerGas),
    maxPriorityFeeWei: quantityOrUndefined(transaction.maxPriorityFeePerGas),
  }
  const needsBlock = offered.maxFeeWei !== undefined && offered.maxFeeWei > 0n
  const block = needsBlock ? await blockOf(client, blockHash) : undefined
  if (block === null) throw unpriced(hash, `the node has no block ${blockHash}`)
  const effectiveGasPriceWei = gasPricePaid(offered, quantityOrUndefined(block?.baseFeePerGas))
  if (effectiveGasPriceWei === undefined) throw unpriced(hash, 'the transaction names no price')
  return { ...receipt, effectiveGasPriceWei }
}

function blockOf(client: PublicClient, hash: Hash) {
  return client.request({ method: 'eth_getBlockByHash', params: [hash, false] })
}

const unpriced = (hash: Hash, why: string) =>
  new TransactionUnreadable(hash, `the receipt of ${hash} names no gas price, and ${why}`)
