import type { Verdict } from './poll.ts'
import type { Votes } from './question.ts'

/** Endpoints that gave the same answer. */
export interface Side<T> {
  readonly answer: T
  readonly endpoints: readonly number[]
}

/** The answers by what they say, the most frequent first. */
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
 * For a question about one block, which has one answer: two are a disagreement, whatever their
 * numbers.
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
