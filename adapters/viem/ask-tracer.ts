import type { PublicClient } from 'viem'
import type { z } from 'zod'
import { ChainAnswerBad, ChainRefused } from '../../domain/errors.ts'
import { translateChainError } from './errors.ts'

/** The answer, or undefined where the node does not have the method. */
export async function askTracer(
  client: PublicClient,
  method: string,
  params: unknown[],
): Promise<unknown> {
  try {
    return await client.request({ method, params } as never)
  } catch (error) {
    const translated = translateChainError(error)
    if (translated instanceof ChainRefused && isUnknownMethod(translated)) return undefined
    throw translated
  }
}

/** JSON-RPC's and EIP-1474's codes; some providers say it in words alone. */
function isUnknownMethod({ code, message }: ChainRefused): boolean {
  if (code === -32601 || code === -32004) return true
  return /method.*(not (found|supported|available|allowed|whitelisted|exist)|does not exist|disabled)/i.test(
    message,
  )
}

/** @throws ChainAnswerBad with the place that can't be read */
export function readTrace<T>(schema: z.ZodType<T>, answer: unknown, what: string): T {
  const parsed = schema.safeParse(answer)
  if (parsed.success) return parsed.data
  const where = parsed.error.issues[0]?.path.join('.')
  throw new ChainAnswerBad(`${what} can't be read at ${where}`)
}
