import type { PublicClient } from 'viem'
import { z } from 'zod'
import { quantityOf } from '../decode/quantity-of.ts'
import { isPassing } from '../judge-error/is-passing.ts'
import { nodeErrorOf } from '../judge-error/node-error.ts'
import { median } from './median.ts'

const blockCount = '0x14'

const feeHistorySchema = z.object({
  gasUsedRatio: z.array(z.number().nullish()).nullish(),
  reward: z.array(z.array(z.unknown()).min(1)),
})

/**
 * The median of the tips that recent blocks were paid (`eth_feeHistory`, 20 blocks, 50th
 * percentile); empty blocks, whose reward is 0, don't count. @returns undefined where the node has
 * no such figures
 * @throws the node's error where it may answer later
 */
export async function readPaidTip(client: PublicClient): Promise<bigint | undefined> {
  try {
    const params = [blockCount, 'latest', [50]]
    const answer: unknown = await client.request({ method: 'eth_feeHistory', params } as never)
    const history = feeHistorySchema.safeParse(answer)
    if (!history.success) return undefined
    const { gasUsedRatio, reward } = history.data
    const tips = reward.map(([tip]) => quantityOf(tip))
    if (tips.includes(undefined)) return undefined
    const paid = tips.flatMap((tip, i) => (gasUsedRatio?.[i] === 0 || !tip ? [] : tip))
    return median(paid, (tip) => tip)
  } catch (error) {
    const answered = nodeErrorOf(error)
    if (!answered || isPassing(answered)) throw error
    return undefined
  }
}
