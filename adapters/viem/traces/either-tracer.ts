import type { PublicClient } from 'viem'
import type { z } from 'zod'
import { asksTooMuch } from '../../../domain/chains/nodes/node-limits.ts'
import { ChainAnswerBad, ChainRefused, ChainUnreachable } from '../../../domain/errors.ts'
import { isOutsidePlan } from '../node-errors/is-outside-plan.ts'
import { isTransient } from '../node-errors/is-transient.ts'
import { lacksMethod } from '../node-errors/lacks-method.ts'
import { nodeErrorOf } from '../node-errors/node-error.ts'
import { translateChainError } from '../node-errors/translate-chain-error.ts'

/**
 * Traces by one of the two interfaces. Resolves undefined if the node lacks the method. Rejects if
 * the answer is unusable.
 */
type Ask<T> = () => Promise<T | undefined>

/** `frames`: geth's `debug_trace…` with callTracer. `flat`: Parity's `trace_…`. */
type Way = 'frames' | 'flat'

/**
 * The interface that worked last for a node. It is tried first, because a useless answer (struct
 * logs of a block instead of frames) can be hundreds of megabytes.
 */
const lastWorking = new WeakMap<PublicClient, Way>()

/**
 * Error words of a trace that timed out. Nodes limit a trace to a few seconds, and anyone can send
 * a transaction that takes longer.
 */
const timeoutWords = /in time|time(?:d)?[ -]?out|deadline/i

/**
 * Traces by geth's frames, else by Parity's flat traces. Some nodes have geth's methods but ignore
 * the requested tracer (besu #8326) or do not have that tracer (0xPolygon/erigon #35), while their
 * flat traces are correct. The interface that worked last is tried first. If it timed out, the
 * other interface is not tried, because each timeout delays the chain.
 * @returns undefined if the node has neither method
 * @throws if neither answer is usable: one of the errors if it is a ChainUnreachable, else both
 * errors in one. A temporary error is thrown at once, and the other interface is not tried
 */
export async function byEitherTracer<T>(
  client: PublicClient,
  frames: Ask<T>,
  flat: Ask<T>,
): Promise<T | undefined> {
  const known = lastWorking.get(client)
  const ways: readonly [Way, Ask<T>][] = [
    ['frames', frames],
    ['flat', flat],
  ]
  const failures: Error[] = []
  for (const [way, ask] of known === 'flat' ? ways.toReversed() : ways) {
    const { read, failure } = await tryOnce(ask)
    if (read !== undefined) {
      lastWorking.set(client, way)
      return read
    }
    if (!failure) continue
    if (way === known && timeoutWords.test(failure.message)) throw failure
    failures.push(failure)
  }
  if (failures.length === 0) return undefined
  throw combinedError(failures)
}

interface Try<T> {
  readonly read?: T | undefined
  readonly failure?: Error
}

async function tryOnce<T>(ask: Ask<T>): Promise<Try<T>> {
  try {
    return { read: await ask() }
  } catch (error) {
    const translated = translateChainError(error)
    if (!isLasting(translated)) throw translated
    return { failure: translated }
  }
}

/**
 * Whether the same request would fail again, so that the other interface is worth a try. A tracer
 * refuses a whole block, for example, because of one transaction that it cannot replay.
 */
function isLasting(error: unknown): error is Error {
  if (error instanceof ChainRefused) return asksTooMuch(error) || !isTransient(error)
  return error instanceof ChainAnswerBad || asksTooMuch(error)
}

function combinedError(failures: readonly Error[]): Error {
  const [only, other] = failures
  if (only && !other) return only
  const silent = failures.find((error) => error instanceof ChainUnreachable)
  return silent ?? new ChainAnswerBad(failures.map(({ message }) => message).join('; '))
}

/**
 * Calls a trace method; undefined if the node lacks it, or the caller's plan excludes it.
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

/** Parses a trace by its schema. @throws ChainAnswerBad with the path that can't be read */
export function readTrace<T>(schema: z.ZodType<T>, answer: unknown, what: string): T {
  const parsed = schema.safeParse(answer)
  if (parsed.success) return parsed.data
  const where = parsed.error.issues[0]?.path.join('.')
  throw new ChainAnswerBad(`${what} can't be read at ${where}`)
}
