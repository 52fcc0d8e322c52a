import type { PublicClient } from 'viem'
import { asksTooMuch } from '../../../domain/asks-too-much.ts'
import { ChainAnswerBad, ChainRefused, ChainUnreachable } from '../../../domain/errors.ts'
import { translateChainError } from '../errors.ts'
import { isPassing } from '../judge-error/is-passing.ts'

/**
 * Asks by one of the two interfaces that trace. undefined: the node does not have its method. Throws where its answer is of no
 * use.
 */
type Ask<T> = () => Promise<T | undefined>

/** Nodes whose flat traces were of use where their frames were not: struct logs of a block are hundreds of megabytes. */
const flatFirst = new WeakSet<PublicClient>()

/**
 * By geth's frames, else by Parity's flat traces. Some nodes have geth's methods and ignore the tracer that they are asked for
 * (besu #8326), or lack it (0xPolygon/erigon #35): their flat traces are well. A node is asked first for what it told last.
 * @returns undefined where the node has neither method
 * @throws what each answered, where neither is of use; at once where the node may answer the same question a moment later
 */
export async function byEitherTracer<T>(
  client: PublicClient,
  frames: Ask<T>,
  flat: Ask<T>,
): Promise<T | undefined> {
  const isFlatFirst = flatFirst.has(client)
  const one = await attempt(isFlatFirst ? flat : frames)
  if (one.read !== undefined) return one.read
  const other = await attempt(isFlatFirst ? frames : flat)
  if (other.read !== undefined) {
    if (isFlatFirst) flatFirst.delete(client)
    else flatFirst.add(client)
    return other.read
  }
  const failures = [one, other].flatMap(({ failure }) => failure ?? [])
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
