import {
  ChainAnswerBad,
  ChainRefused,
  ChainUnreachable,
  WrongChain,
} from '../../../domain/errors.ts'
import type { Endpoint, EndpointHealth } from './endpoints.ts'

/**
 * The answers to one question that have arrived. An endpoint that lacks the block, refuses or is
 * away abstains.
 */
export interface Votes<T> {
  readonly answers: ReadonlyMap<number, T>
  readonly abstained: ReadonlyMap<number, string>
}

/** One question to every endpoint at once, and again to the endpoints that abstained. */
export interface Question<T> extends Votes<T> {
  /** Asks each endpoint that has no answer and no request in flight. */
  ask(): void
  /**
   * Resolves when one more endpoint has answered or abstained, or after `atMostMs`. Rejects with
   * any error that is not an abstention, because such an error is a bug.
   */
  change(atMostMs: number): Promise<void>
  /**
   * Whether an endpoint has answered or abstained since the last `change`, so that a verdict is
   * out of date.
   */
  readonly moved: boolean
  /** Endpoints with a request in flight. */
  readonly awaited: ReadonlySet<number>
  /** Discards the answers, so that the next `ask` asks every endpoint again. */
  forget(): void
  /**
   * Ends the question. Endpoints with a request in flight count as slow, and their answers go to
   * `late`.
   */
  close(late: (endpoint: number, answer: T) => void): void
}

/**
 * Opens a question. The endpoints are asked when the caller calls `ask`.
 * @param work asks one endpoint; resolves undefined if the endpoint lacks the item, and so abstains
 */
export function openQuestion<Port, T>(
  endpoints: readonly Endpoint<Port>[],
  work: (port: Port) => Promise<T | undefined>,
  health: EndpointHealth,
): Question<T> {
  const answers = new Map<number, T>()
  const abstained = new Map<number, string>()
  const awaited = new Set<number>()
  let bug: { readonly error: unknown } | undefined
  let late: ((endpoint: number, answer: T) => void) | undefined
  let changed = false
  let wake = () => {}

  const put = async ({ number, port }: Endpoint<Port>): Promise<void> => {
    awaited.add(number)
    const since = Date.now()
    try {
      const answer = await work(port)
      health.answered(number, Date.now() - since)
      if (answer === undefined) abstained.set(number, 'does not have it')
      else if (late) late(number, answer)
      else {
        abstained.delete(number)
        answers.set(number, answer)
      }
    } catch (error) {
      if (!isAbstention(error)) bug = { error }
      else {
        abstained.set(number, error.message)
        if (isAway(error)) health.failed(number, error)
        else health.answered(number, Date.now() - since)
      }
    } finally {
      awaited.delete(number)
      changed = true
      wake()
    }
  }

  return {
    answers,
    abstained,
    awaited,
    get moved() {
      return changed
    },
    ask() {
      for (const endpoint of endpoints) {
        if (!answers.has(endpoint.number) && !awaited.has(endpoint.number)) void put(endpoint)
      }
    },
    async change(atMostMs) {
      if (!changed) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, atMostMs)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      changed = false
      if (bug) throw bug.error
    },
    forget: () => answers.clear(),
    close(told) {
      late = told
      for (const endpoint of awaited) health.slow(endpoint)
    },
  }
}

function isAbstention(error: unknown): error is Error {
  return error instanceof ChainRefused || error instanceof ChainAnswerBad || isAway(error)
}

function isAway(error: unknown): boolean {
  return error instanceof ChainUnreachable || error instanceof WrongChain
}
