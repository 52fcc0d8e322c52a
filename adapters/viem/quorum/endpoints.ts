import { WrongChain } from '../../../domain/errors.ts'
import type { Log, Metrics } from '../../../domain/process.ts'
import { errorMessage } from '../../../runtime/error-message.ts'

/** One endpoint of a chain's `rpc`, with the port that asks it. */
export interface Endpoint<Port> {
  /**
   * Position in `rpc`, from 1. Logs, metrics and errors name the endpoint by this position, because
   * its URL may contain a key (MONEY 19).
   */
  readonly number: number
  readonly port: Port
}

/** Tracks which endpoints answer, and logs each change once. */
export interface EndpointHealth {
  answered(endpoint: number, tookMs: number): void
  failed(endpoint: number, error: unknown): void
  /** The endpoint had not answered when the other endpoints decided a question. */
  slow(endpoint: number): void
  /** Whether the endpoint was away or slow when last asked. Questions then wait for it briefly. */
  resting(endpoint: number): boolean
}

export function createEndpointHealth(deps: {
  readonly chain: string
  /** A slow endpoint that answers within this time is no longer slow. */
  readonly patienceMs: number
  readonly log: Log
  readonly metrics: Metrics
}): EndpointHealth {
  const { chain, log, metrics } = deps
  const away = new Map<number, string>()
  const slow = new Set<number>()
  const gauge = (endpoint: number, up: boolean) => {
    const labels = { chain, endpoint: `${endpoint}` }
    metrics.gauge('rpc_endpoint_up', labels, up ? 1 : 0)
    metrics.gauge('rpc_endpoint_asked_timestamp_seconds', labels, Math.floor(Date.now() / 1000))
  }
  return {
    answered(endpoint, tookMs) {
      if (away.delete(endpoint)) log.info({ endpoint }, 'rpc endpoint answers again')
      if (tookMs <= deps.patienceMs) slow.delete(endpoint)
      gauge(endpoint, true)
    },
    failed(endpoint, error) {
      const words = errorMessage(error)
      if (away.get(endpoint) !== words) {
        const fields = { endpoint, reason: words }
        if (error instanceof WrongChain) {
          log.error(fields, 'rpc endpoint serves another chain; endpoint ignored')
        } else log.warn(fields, 'rpc endpoint does not answer')
      }
      away.set(endpoint, words)
      gauge(endpoint, false)
    },
    slow: (endpoint) => void slow.add(endpoint),
    resting: (endpoint) => away.has(endpoint) || slow.has(endpoint),
  }
}
