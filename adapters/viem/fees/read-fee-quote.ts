import type { PublicClient } from 'viem'
import { largerOf } from '../../../domain/amount.ts'
import type { FeeQuote } from '../../../domain/chains/fees.ts'
import { ChainRefused } from '../../../domain/errors.ts'
import { quantity, quantityOr } from '../decode/fields.ts'
import { type AskedPrice, askPrice } from './ask-price.ts'
import { hasAnswered, isFailingAlone } from './failing-alone.ts'
import { readPaidTip } from './read-paid-tip.ts'

/** geth's default minimum tip for a block producer (`--miner.gasprice`): 0.001 gwei. */
export const leastTipWei = 1_000_000n

/**
 * Prices of gas now. Two of the three questions may go unanswered: a missing tip is the median of
 * what recent blocks paid, else what the gas price has above the base fee, at least `leastTipWei`;
 * a missing gas price is base fee + tip.
 * @throws the node's error where it may answer later (time-out, rate limit), until one method has
 * failed alone so often that it counts as unanswered; or where a chain without base fee has no gas
 * price
 */
export async function readFeeQuote(client: PublicClient): Promise<FeeQuote> {
  const [block, price, askedTip] = await Promise.all([
    newestBlock(client),
    askPrice(client, 'eth_gasPrice'),
    askPrice(client, 'eth_maxPriorityFeePerGas'),
  ])
  const { blockNumber, baseFeeWei } = block
  if (baseFeeWei === undefined) {
    // Legacy chains have no tip, and every answer about it is ignored.
    if (price.kind !== 'price') throw price.error
    return { blockNumber, baseFeeWei, gasPriceWei: price.wei, priorityFeeWei: 0n }
  }
  if (askedTip.kind === 'failed' && price.kind === 'failed') throw askedTip.error
  judgeFailure(client, 'eth_maxPriorityFeePerGas', askedTip)
  judgeFailure(client, 'eth_gasPrice', price)
  const above = price.kind === 'price' ? price.wei - baseFeeWei : 0n
  const priorityFeeWei =
    askedTip.kind === 'price'
      ? askedTip.wei
      : ((await paidTip(client)) ?? largerOf(above, leastTipWei))
  const gasPriceWei = price.kind === 'price' ? price.wei : baseFeeWei + priorityFeeWei
  return { blockNumber, baseFeeWei, gasPriceWei, priorityFeeWei }
}

/**
 * Read field by field: viem's formatter fails on fields that nobody needs, and takes a base fee of
 * 0 for none.
 */
async function newestBlock(client: PublicClient) {
  const params = ['latest', false] as const
  const block = await client.request({ method: 'eth_getBlockByNumber', params: [...params] })
  if (!block) throw new ChainRefused('the node has no newest block')
  return {
    blockNumber: quantity(block.number, 'number'),
    baseFeeWei: quantityOr(block.baseFeePerGas, 'baseFeePerGas', undefined),
  }
}

/** @throws what failed, while it may be answered later */
function judgeFailure(client: PublicClient, method: string, asked: AskedPrice): void {
  if (asked.kind !== 'failed') hasAnswered(client, method)
  else if (!isFailingAlone(client, method)) throw asked.error
}

async function paidTip(client: PublicClient): Promise<bigint | undefined> {
  const method = 'eth_feeHistory'
  try {
    const tip = await readPaidTip(client)
    hasAnswered(client, method)
    return tip
  } catch (error) {
    if (!isFailingAlone(client, method)) throw error
    return undefined
  }
}
