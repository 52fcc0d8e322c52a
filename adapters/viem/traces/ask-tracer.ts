import type { PublicClient } from 'viem'
import type { z } from 'zod'
import { ChainAnswerBad } from '../../../domain/errors.ts'
import { translateChainError } from '../judge-error/errors.ts'
import { isOutsidePlan } from '../judge-error/is-outside-plan.ts'
import { lacksMethod } from '../judge-error/lacks-method.ts'
import { nodeErrorOf } from '../judge-error/node-error.ts'

/**
 * The answer, or undefined where the node does not have the method, or the caller's plan excludes
 * it.
 */
export async function askTracer(
  client: PublicClient,
  method: string,
  params: unknown[],
): Promise<unknown> {
  try {
    return await client.request({ method, params } as never)
  } catch (error) {
    const answered = nodeErrorOf(error)
    if (answered && (lacksMethod(answered) || isOutsidePlan(answered))) return undefined
    throw translateChainError(error)
  }
}

/** @throws ChainAnswerBad with the place that can't be read */
export function readTrace<T>(schema: z.ZodType<T>, answer: unknown, what: string): T {
  const parsed = schema.safeParse(answer)
  if (parsed.success) return parsed.data
  const where = parsed.error.issues[0]?.path.join('.')
  throw new ChainAnswerBad(`${what} can't be read at ${where}`)
}
