import type { PublicClient } from 'viem'
import { z } from 'zod'
import { largerOf } from '../../../domain/amount.ts'
import type { FeeQuote } from '../../../domain/chains/fees.ts'
import { ChainAnswerBad, ChainRefused } from '../../../domain/errors.ts'
import { quantity, quantityOr, quantityOrUndefined } from '../decode/fields.ts'
import { isTransient } from '../node-errors/is-transient.ts'
import { nodeErrorOf } from '../node-errors/node-error.ts'
import { median } from './median.ts'

/** geth's default minimum tip for a block producer (`--miner.gasprice`): 0.001 gwei. */
export const leastTipWei = 1_000_000n

/**
 * Reads the base fee of the newest block, the gas price and the tip. If the node suggests no tip,
 * the tip is the median tip of recent blocks. If the node has no median either, the tip is gas
 * price − base fee, at least `leastTipWei`. If the node has no gas price, the gas price is base fee
 * + tip.
 * @throws the node's error if the node may answer later (timeout, rate limit). When one method has
 * failed `most` times in a row while the other requests succeeded, that method counts as refused
 * and its error is no longer thrown. On a chain without a base fee, every error of the gas price is
 * thrown
 */
export async function readFeeQuote(client: PublicClient): Promise<FeeQuote> {
  const [block, price, askedTip] = await Promise.all([
    newestBlock(client),
    askPrice(client, 'eth_gasPrice'),
    askPrice(client, 'eth_maxPriorityFeePerGas'),
  ])
  const { blockNumber, baseFeeWei } = block
  if (baseFeeWei === undefined) {
    // Legacy chains have no tip, so every answer about a tip is ignored.
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
 * Reads only the needed fields. viem's formatter fails on other fields, and treats a base fee of 0
 * as missing.
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

/**
 * Counts a failure of a method, or resets the count after an answer.
 * @throws the method's error until the method counts as refused
 */
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

/**
 * `refused`: the node rejected the method, or returned no number. `failed`: the node may answer
 * later.
 */
type AskedPrice =
  | { readonly kind: 'price'; readonly wei: bigint }
  | { readonly kind: 'refused'; readonly error: unknown }
  | { readonly kind: 'failed'; readonly error: unknown }

async function askPrice(
  client: PublicClient,
  method: 'eth_gasPrice' | 'eth_maxPriorityFeePerGas',
): Promise<AskedPrice> {
  try {
    const wei = quantityOrUndefined(await client.request({ method }))
    if (wei !== undefined) return { kind: 'price', wei }
    // The Hiero relay answered "0x" for a tip (hiero-json-rpc-relay#3487), others null.
    return { kind: 'refused', error: new ChainAnswerBad(`${method} came back as no number`) }
  } catch (error) {
    const answered = nodeErrorOf(error)
    return { kind: answered && !isTransient(answered) ? 'refused' : 'failed', error }
  }
}

/**
 * Number of consecutive failures from which a method counts as refused. A failure counts only if
 * the same endpoint answered the other requests.
 */
const most = 3

const failures = new WeakMap<PublicClient, Map<string, number>>()

/**
 * Counts a failure of one method. A gateway may fail on one method forever in a way that looks
 * temporary: silence, HTTP 503, a body that is not JSON-RPC. Call this only after the endpoint has
 * answered the other requests.
 * @returns whether the method has failed so often that it counts as refused
 */
function isFailingAlone(client: PublicClient, method: string): boolean {
  const ofClient = failures.get(client) ?? new Map<string, number>()
  failures.set(client, ofClient)
  const count = (ofClient.get(method) ?? 0) + 1
  ofClient.set(method, count)
  return count >= most
}

function hasAnswered(client: PublicClient, method: string): void {
  failures.get(client)?.delete(method)
}

const blockCount = '0x14'

const feeHistorySchema = z.object({
  gasUsedRatio: z.array(z.number().nullish()).nullish(),
  reward: z.array(z.array(z.unknown()).min(1)),
})

/**
 * Returns the median tip paid in recent blocks (`eth_feeHistory`, 20 blocks, 50th percentile).
 * Empty blocks, whose reward is 0, are ignored.
 * @returns undefined if the node returns no rewards
 * @throws the node's error if it may answer later
 */
async function readPaidTip(client: PublicClient): Promise<bigint | undefined> {
  try {
    const params = [blockCount, 'latest', [50]]
    const answer: unknown = await client.request({ method: 'eth_feeHistory', params } as never)
    const history = feeHistorySchema.safeParse(answer)
    if (!history.success) return undefined
    const { gasUsedRatio, reward } = history.data
    const tips = reward.map(([tip]) => quantityOrUndefined(tip))
    if (tips.includes(undefined)) return undefined
    const paid = tips.flatMap((tip, i) => (gasUsedRatio?.[i] === 0 || !tip ? [] : tip))
    return median(paid, (tip) => tip)
  } catch (error) {
    const answered = nodeErrorOf(error)
    if (!answered || isTransient(answered)) throw error
    return undefined
  }
}
