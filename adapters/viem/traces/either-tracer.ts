import type { PublicClient } from 'viem'
import type { z } from 'zod'
import { asksTooMuch } from '../../../domain/chains/nodes/node-limits.ts'
import { ChainAnswerBad, ChainRefused, ChainUnreachable } from '../../../domain/errors.ts'
import { isOutsidePlan } from '../node-errors/is-outside-plan.ts'
import { isPassing } from '../node-errors/is-passing.ts'
import { lacksMethod } from '../node-errors/lacks-method.ts'
import { nodeErrorOf } from '../node-errors/node-error.ts'
import { translateChainError } from '../node-errors/translate-chain-error.ts'

/**
 * Asks by one of the two interfaces that trace. undefined: the node does not have its method.
 * Throws where its answer is of no use.
 */
type Ask<T> = () => Promise<T | undefined>

type Way = 'frames' | 'flat'

/**
 * Which way of a node was of use last: struct logs of a block, in place of frames, are hundreds of
 * megabytes.
 */
const useful = new WeakMap<PublicClient, Way>()

/**
 * A node gives up on a trace after seconds, and anybody can send a transaction that takes longer.
 */
const slow = /in time|time(?:d)?[ -]?out|deadline/i

/**
 * By geth's frames, else by Parity's flat traces. Some nodes have geth's methods and ignore the
 * tracer that they are asked for (besu #8326), or lack it (0xPolygon/erigon #35): their flat traces
 * are well. A node is asked first for what it told last, and for nothing else where that only took
 * too long: each time-out holds up the chain.
 * @returns undefined where the node has neither method
 * @throws what each answered, where neither is of use; at once where the node may answer the same
 * question a moment later
 */
export async function byEitherTracer<T>(
  client: PublicClient,
  frames: Ask<T>,
  flat: Ask<T>,
): Promise<T | undefined> {
  const known = useful.get(client)
  const ways: readonly [Way, Ask<T>][] = [
    ['frames', frames],
    ['flat', flat],
  ]
  const failures: Error[] = []
  for (const [way, ask] of known === 'flat' ? ways.toReversed() : ways) {
    const { read, failure } = await attempt(ask)
    if (read !== undefined) {
      useful.set(client, way)
      return read
    }
    if (!failure) continue
    if (way === known && slow.test(failure.message)) throw failure
    failures.push(failure)
  }
  if (failures.length === 0) return undefined
  throw together(failures)
}

interface Attempt<T> {
  readonly read?: T | undefined
  readonly failure?: Error
}

async function attempt<T>(ask: Ask<T>): Promise<Attempt<T>> {
  try {
    return { read: await ask() }
  } catch (error) {
    const translated = translateChainError(error)
    if (!isLasting(translated)) throw translated
    return { failure: translated }
  }
}

/** Tracers refuse a whole block for one transaction in it that they cannot replay. */
function isLasting(error: unknown): error is Error {
  if (error instanceof ChainRefused) return asksTooMuch(error) || !isPassing(error)
  return error instanceof ChainAnswerBad || asksTooMuch(error)
}

function together(failures: readonly Error[]): Error {
  const [only, other] = failures
  if (only && !other) return only
  const silent = failures.find((error) => error instanceof ChainUnreachable)
  return silent ?? new ChainAnswerBad(failures.map(({ message }) => message).join('; '))
}

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
