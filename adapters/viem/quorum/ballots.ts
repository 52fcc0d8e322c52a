import type { Hash } from '../../../domain/address.ts'
import type { Ballot, Verdict } from './poll.ts'
import type { Votes } from './question.ts'

/** An endpoint's answer about an item in a block: the item, or undefined if it has none. */
interface Found<T> {
  readonly found: T | undefined
}

interface InBlock {
  readonly blockNumber: bigint
  readonly blockHash: Hash
}

/**
 * A vote on an item that names its block: two items of one block must be equal. A node without the
 * item may only lag, so `undefined` is the agreed answer if enough endpoints lack the item and the
 * item that others return is not final yet. An item in a final block that others deny until the
 * grace time ends is a disagreement.
 */
export function foundBallot<Port, T extends InBlock>(options: {
  readonly what: string
  readonly needed: number
  readonly isFinal: (height: bigint) => Promise<boolean>
  readonly ask: (port: Port) => Promise<T | undefined>
  /** The fields that honest nodes return alike. */
  readonly keyOf: (found: T) => string
  /**
   * Merges equal answers whose remaining fields honest nodes return differently. @default the first
   */
  readonly merge?: (alike: readonly [T, ...T[]]) => T
  /** Text for logs and errors. */
  readonly say: (found: T) => string
}): Ballot<Port, Found<T>, T | undefined> {
  const { what, needed, isFinal, ask, merge = ([first]) => first } = options
  const keyOf = ({ found }: Found<T>) => (found ? options.keyOf(found) : 'none')
  const merged = (votes: Votes<Found<T>>, one: T): T => {
    const alike = [...votes.answers.values()].flatMap(({ found }) =>
      found && options.keyOf(found) === options.keyOf(one) ? [found] : [],
    )
    const [first = one, ...more] = alike
    return merge([first, ...more])
  }
  const judge = async (votes: Votes<Found<T>>): Promise<Verdict<T | undefined>> => {
    const sides = sidesOf(votes, keyOf)
    const shown = sides.flatMap(({ answer }) => (answer.found ? [answer.found] : []))
    const denials = sides.find(({ answer }) => !answer.found)?.endpoints.length ?? 0
    const told = () =>
      describeSides(sides, ({ found }) => (found ? options.say(found) : 'not there'))
    const [first] = shown
    if (!first) return denials >= needed ? { kind: 'agreed', value: undefined } : { kind: 'short' }
    const blocks = new Set(shown.map(({ blockHash }) => blockHash))
    if (blocks.size < shown.length) return { kind: 'disagree', sides: told() }
    const carried = sides.find(
      ({ answer, endpoints }) => answer.found && endpoints.length >= needed,
    )
    if (shown.length === 1 && carried) return { kind: 'agreed', value: merged(votes, first) }
    // Two different blocks, or a block that other endpoints deny, are a fork or a lagging node,
    // unless the heights are final.
    const final = (await Promise.all(shown.map((one) => isFinal(one.blockNumber)))).filter(Boolean)
    if (final.length > 1) return { kind: 'disagree', sides: told() }
    if (final.length === 1) return { kind: 'short', askAll: true, liesAtEnd: told() }
    if (carried?.answer.found) return { kind: 'agreed', value: merged(votes, carried.answer.found) }
    return denials >= needed
      ? { kind: 'agreed', value: undefined }
      : { kind: 'short', askAll: true }
  }
  return {
    what,
    ask: async (port) => ({ found: await ask(port) }),
    judge,
    contradicts: (late, agreed) =>
      late.found?.blockHash === agreed?.blockHash && keyOf(late) !== keyOf({ found: agreed }),
  }
}

/** Endpoints that gave the same answer. */
interface Side<T> {
  readonly answer: T
  readonly endpoints: readonly number[]
}

/** Groups equal answers, the most frequent first. */
export function sidesOf<T>(votes: Votes<T>, key: (answer: T) => string): readonly Side<T>[] {
  const sides = new Map<string, { answer: T; endpoints: number[] }>()
  for (const [endpoint, answer] of votes.answers) {
    const side = sides.get(key(answer)) ?? { answer, endpoints: [] }
    side.endpoints.push(endpoint)
    sides.set(key(answer), side)
  }
  return [...sides.values()].sort((a, b) => b.endpoints.length - a.endpoints.length)
}

/** "endpoint 1, 3: 5; endpoint 2: 7" */
export function describeSides<T>(sides: readonly Side<T>[], say: (answer: T) => string): string {
  return sides
    .map(({ answer, endpoints }) => `endpoint ${endpoints.join(', ')}: ${say(answer)}`)
    .join('; ')
}

/**
 * Judges the answers to a question that has one right answer about one block: two different answers
 * are a disagreement, however many endpoints give each.
 */
export function oneAnswer<T>(needed: number, say: (answer: T) => string) {
  return (votes: Votes<T>): Verdict<T> => {
    const sides = sidesOf(votes, say)
    const [first, second] = sides
    if (second) return { kind: 'disagree', sides: describeSides(sides, say) }
    return first && first.endpoints.length >= needed
      ? { kind: 'agreed', value: first.answer }
      : { kind: 'short' }
  }
}
