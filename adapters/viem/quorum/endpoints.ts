import { WrongChain } from '../../../domain/errors.ts'
import type { Log, Metrics } from '../../../domain/process.ts'
import { errorMessage } from '../../../runtime/error-message.ts'

/** One endpoint of a chain's `rpc`, with what it is asked through. */
export interface Endpoint<Port> {
  /**
   * Its place in `rpc`, from 1: how logs, metrics and errors name it, because its URL may carry a
   * key (MONEY 19).
   */
  readonly number: number
  readonly port: Port
}

/** Who answers and who does not, told once per change. */
export interface EndpointHealth {
  answered(endpoint: number, tookMs: number): void
  failed(endpoint: number, error: unknown): void
  /** It let the others settle a question without it. */
  slow(endpoint: number): void
  /** Hardly waited for while the others suffice: it was away or slow when it was last asked. */
  resting(endpoint: number): boolean
}

export function createEndpointHealth(deps: {
  readonly chain: string
  /** An answer within this wakes one that rested. */
  readonly patienceMs: number
  readonly log: Log
  readonly metrics: Metrics
}): EndpointHealth {
  const { chain, log, metrics } = deps
  const away = new Map<number, string>()
  const slow = new Set<number>()
  const gauge = (endpoint: number, up: boolean) =>
    metrics.gauge('rpc_endpoint_up', { chain, endpoint: `${endpoint}` }, up ? 1 : 0)
  return {
    answered(endpoint, tookMs) {
      if (away.delete(endpoint)) log.info({ endpoint }, 'an rpc endpoint answers again')
      if (tookMs <= deps.patienceMs) slow.delete(endpoint)
      gauge(endpoint, true)
    },
    failed(endpoint, error) {
      const words = errorMessage(error)
      if (away.get(endpoint) !== words) {
        const fields = { endpoint, reason: words }
        if (error instanceof WrongChain) {
          log.error(fields, 'an rpc endpoint serves another chain: it counts as dead')
        } else log.warn(fields, 'an rpc endpoint does not answer')
      }
      away.set(endpoint, words)
      gauge(endpoint, false)
    },
    slow: (endpoint) => void slow.add(endpoint),
    resting: (endpoint) => away.has(endpoint) || slow.has(endpoint),
  }
}
