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
 * Returns a ballot about an item that names its block, such as a receipt. Two different items of
 * one block are a disagreement. A node without the item may only lag. So the agreed answer is
 * `undefined` if enough endpoints lack the item, and other endpoints show it in a block that is not
 * final yet. If the block is final, too few endpoints have the item when the grace time ends, and
 * an endpoint denies the item, the endpoints disagree.
 */
export function foundBallot<Port, T extends InBlock>(options: {
  readonly what: string
  readonly needed: number
  readonly isFinal: (height: bigint) => Promise<boolean>
  readonly ask: (port: Port) => Promise<T | undefined>
  /** Text of the fields that honest nodes return alike. Items with the same key are equal. */
  readonly keyOf: (found: T) => string
  /**
   * Merges items with the same key, because honest nodes may differ in the other fields. @default
   * the first item
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
    // Endpoints show the item in different blocks, or too few show it. This is a fork or a lagging
    // node, unless a height is final.
    const final = (await Promise.all(shown.map((one) => isFinal(one.blockNumber)))).filter(Boolean)
    if (final.length > 1) return { kind: 'disagree', sides: told() }
    if (final.length === 1) {
      // Endpoints that give no answer contradict nobody.
      const isContradicted = denials > 0 || shown.length > 1
      return {
        kind: 'short',
        askAll: true,
        ...(isContradicted ? { disagreementAtEnd: told() } : {}),
      }
    }
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
