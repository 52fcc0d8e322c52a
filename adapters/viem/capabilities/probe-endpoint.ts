import { ChainRefused, ChainUnreachable, WrongChain } from '../../../domain/errors.ts'
import { mapConcurrently } from '../../../runtime/map-concurrently.ts'
import { sleep } from '../../../runtime/sleep.ts'
import { isTransient } from '../node-errors/is-transient.ts'
import type { EndpointPorts } from './endpoint-ports.ts'
import type { Probe, ProbedChain, Sample } from './probe.ts'
import { readSample } from './read-sample.ts'
import { NothingToTrace } from './try-trace.ts'

/** Whether one endpoint supports the request of one probe. */
export interface Capability extends Omit<Probe, 'asked' | 'ask'> {
  /**
   * `unknown`: the endpoint was away, too slow or at its rate limit, or the chain has nothing to
   * try; `why` has the reason.
   */
  readonly supported: 'yes' | 'no' | 'unknown'
  /** The endpoint's error text without secrets; empty if the endpoint supports the method. */
  readonly why: string
}

/**
 * Number of tries. A load balancer may route the request to a node that lacks the newest block, so
 * only a repeated refusal counts.
 */
const tries = 3
const pauseMs = 300
/** Concurrent requests. */
const width = 4

/**
 * Sends to one endpoint the request of each probe that the chain's configuration needs. A failed
 * request is a result, never a rejection.
 */
export async function probeEndpoint(
  ports: EndpointPorts,
  chain: ProbedChain,
  probes: readonly Probe[],
): Promise<readonly Capability[]> {
  const asked = probes.filter((probe) => probe.asked?.(chain) ?? true)
  let sample: Sample | undefined
  const ask = async (probe: Probe) => {
    sample ??= await readSample(ports, chain)
    await probe.ask(ports, sample, chain)
  }
  return mapConcurrently(asked, width, async (probe) => {
    const { ask: _ask, asked: _asked, ...question } = probe
    for (let n = 1; ; n += 1) {
      try {
        await ask(probe)
        return { ...question, supported: 'yes' as const, why: '' }
      } catch (error) {
        // The next try uses a newer block, because the previous block may be above this node's
        // head.
        sample = undefined
        if (n === tries || error instanceof NothingToTrace) {
          return { ...question, ...refusalOf(error) }
        }
        await sleep(pauseMs * n)
      }
    }
  })
}

function refusalOf(error: unknown): Pick<Capability, 'supported' | 'why'> {
  if (!(error instanceof Error)) throw error
  const passing =
    error instanceof ChainUnreachable ||
    error instanceof WrongChain ||
    error instanceof NothingToTrace ||
    (error instanceof ChainRefused && isTransient(error))
  return { supported: passing ? 'unknown' : 'no', why: error.message }
}
