import { QuorumDisagrees, QuorumShort } from '../../../domain/errors.ts'
import type { Log, Metrics } from '../../../domain/process.ts'
import { createEndpointHealth, type Endpoint } from './endpoints.ts'
import { openQuestion, type Votes } from './question.ts'

/**
 * The decision from the votes that have arrived. After `short`, the poll waits for more votes until
 * the grace time ends.
 */
export type Verdict<R> =
  | { readonly kind: 'agreed'; readonly value: R }
  | { readonly kind: 'disagree'; readonly sides: string }
  | {
      readonly kind: 'short'
      /** Discards the answers and asks every endpoint again. */
      readonly askAll?: boolean
      /** Text with each side's answer. If set, the grace time ends in a disagreement. */
      readonly disagreementAtEnd?: string
    }

/** One question to all endpoints, and the rule that judges their answers. */
export interface Ballot<Port, T, R> {
  /** The question's subject for people, such as "the balance of 0x… after block 0x…". */
  readonly what: string
  readonly ask: (port: Port) => Promise<T | undefined>
  readonly judge: (votes: Votes<T>) => Verdict<R> | Promise<Verdict<R>>
  /**
   * Whether an answer that arrives after the agreement contradicts it. Such an answer is too late
   * to halt the sweep, but the operator is alerted.
   */
  readonly contradicts?: (late: T, agreed: R) => boolean
}

export interface QuorumOptions {
  readonly chain: string
  /** How many endpoints must give the same answer. */
  readonly needed: number
  /** Time for which an endpoint that lacks a block is asked again. */
  readonly graceMs: number
  /** How long to wait for the remaining endpoints once enough agree. @default 1000 */
  readonly patienceMs?: number | undefined
  readonly log: Log
  readonly metrics: Metrics
}

export interface Poll<Port> {
  readonly needed: number
  /** Asks the endpoints until there is a verdict. @throws QuorumShort, QuorumDisagrees */
  settle<T, R>(ballot: Ballot<Port, T, R>): Promise<R>
}

const askAgainMs = 200
/** Wait for resting endpoints. A resting endpoint may be back, and may be the only honest one. */
const glanceMs = 100
const tellAgainMs = 60_000

/**
 * Returns a poll, which asks every endpoint at once and waits for a verdict. After enough equal
 * answers, the poll waits `patienceMs` for the remaining answers. Without this wait, lying
 * endpoints would only have to be faster than the honest ones. If only resting endpoints are
 * missing, the wait is `glanceMs`. An endpoint that was away or slow rests until it answers again,
 * and in time if it was slow.
 */
export function createPoll<Port>(
  endpoints: readonly Endpoint<Port>[],
  options: QuorumOptions,
): Poll<Port> {
  const { chain, needed, graceMs, patienceMs = 1_000, log, metrics } = options
  const health = createEndpointHealth({ chain, patienceMs, log, metrics })
  const toldAt = new Map<string, number>()
  let spentAt = Number.NEGATIVE_INFINITY

  /**
   * Returns the end of the grace time of a new question. The grace time is only `patienceMs` if a
   * question failed as `QuorumShort` less than `graceMs` ago. So in a long outage few questions
   * wait for the whole `graceMs`.
   */
  const graceEnd = () => Date.now() + (Date.now() - spentAt < graceMs ? patienceMs : graceMs)

  function alarm(what: string, sides: string): void {
    metrics.count('rpc_disagreements', { chain })
    const now = Date.now()
    for (const [told, at] of toldAt) if (now - at > tellAgainMs) toldAt.delete(told)
    if (toldAt.has(what)) return
    toldAt.set(what, now)
    log.error({ what, sides }, 'rpc endpoints disagree; answer discarded')
  }

  function disagree(what: string, sides: string): QuorumDisagrees {
    alarm(what, sides)
    return new QuorumDisagrees(`rpc endpoints disagree about ${what}: ${sides}`)
  }

  return {
    needed,
    async settle({ what, ask, judge, contradicts }) {
      const question = openQuestion(endpoints, ask, health)
      const unheard = () => [...question.awaited].some((endpoint) => !health.resting(endpoint))
      const until = graceEnd()
      let since: number | undefined
      let listenUntil: number | undefined
      let askAgainAt = Date.now()
      for (;;) {
        const now = Date.now()
        if (listenUntil === undefined && now >= askAgainAt) {
          question.ask()
          askAgainAt = now + askAgainMs
        }
        await question.change(Math.max(1, (listenUntil ?? askAgainAt) - now))
        const verdict = await judge(question)
        if (question.moved) continue
        if (verdict.kind === 'disagree') throw disagree(what, verdict.sides)
        if (verdict.kind === 'agreed') {
          since ??= Date.now()
          listenUntil = since + (unheard() ? patienceMs : glanceMs)
          if (question.awaited.size > 0 && Date.now() < listenUntil) continue
          question.close((endpoint, late) => {
            if (contradicts?.(late, verdict.value))
              alarm(what, `endpoint ${endpoint} contradicts the agreed answer of the others`)
          })
          return verdict.value
        }
        since = undefined
        listenUntil = undefined
        if (Date.now() >= until && !unheard()) {
          if (verdict.disagreementAtEnd) throw disagree(what, verdict.disagreementAtEnd)
          spentAt = Date.now()
          metrics.count('rpc_quorum_short', { chain })
          throw new QuorumShort(shortOf(what, question, needed, endpoints.length))
        }
        // The answers are kept while an endpoint that is not resting has a request in flight. Large
        // answers arrive seconds apart. If the first answers were discarded, the set would never be
        // complete.
        if (verdict.askAll && !unheard() && Date.now() >= askAgainAt) question.forget()
      }
    },
  }
}

function shortOf<T>(what: string, votes: Votes<T>, needed: number, count: number): string {
  const why = [...votes.abstained]
    .sort(([a], [b]) => a - b)
    .map(([endpoint, words]) => `endpoint ${endpoint}: ${words}`)
    .join('; ')
  const said = `too few of ${count} rpc endpoints agree about ${what} (${needed} are needed)`
  return why === '' ? said : `${said}: ${why}`
}
