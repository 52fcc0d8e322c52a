import type { PublicClient } from 'viem'
import { largerOf } from '../../../domain/amount.ts'
import type { FeeQuote } from '../../../domain/fees.ts'
import { askPrice } from './ask-price.ts'
import { readPaidTip } from './read-paid-tip.ts'

/** geth's default minimum tip for a block producer (`--miner.gasprice`): 0.001 gwei. */
export const leastTipWei = 1_000_000n

/**
 * Prices of gas now. Two of the three questions may go unanswered: a missing tip is the median of what recent blocks paid,
 * else what the gas price has above the base fee, at least `leastTipWei`; a missing gas price is base fee + tip.
 * @throws the node's error where it may answer later (time-out, rate limit), or where a chain without base fee has no gas price
 */
export async function readFeeQuote(client: PublicClient): Promise<FeeQuote> {
  const [block, price, askedTip] = await Promise.all([
    client.getBlock({ blockTag: 'latest' }),
    askPrice(client, 'eth_gasPrice'),
    askPrice(client, 'eth_maxPriorityFeePerGas'),
  ])
  const baseFeeWei = block.baseFeePerGas ?? undefined
  const blockNumber = block.number
  if (baseFeeWei === undefined) {
    // Legacy chains have no tip, and every answer about it is ignored.
    if (price.kind !== 'price') throw price.error
    return { blockNumber, baseFeeWei, gasPriceWei: price.wei, priorityFeeWei: 0n }
  }
  if (askedTip.kind === 'failed') throw askedTip.error
  if (price.kind === 'failed') throw price.error
  const above = price.kind === 'price' ? price.wei - baseFeeWei : 0n
  const priorityFeeWei =
    askedTip.kind === 'price'
      ? askedTip.wei
      : ((await readPaidTip(client)) ?? largerOf(above, leastTipWei))
  const gasPriceWei = price.kind === 'price' ? price.wei : baseFeeWei + priorityFeeWei
  return { blockNumber, baseFeeWei, gasPriceWei, priorityFeeWei }
}
