import { formatPath } from '../schema/fault.ts'
import { entries, step } from './raw-chain.ts'
import type { PlacedFault } from './schema-faults.ts'

/**
 * MONEY 20: a quorum that the endpoints can't reach, and an endpoint that would have two voices.
 */
export function quorumFaults(raw: unknown): PlacedFault[] {
  return entries(raw, 'chains').flatMap(({ value, steps }) => [
    ...tooMany(value, [...steps, 'rpcQuorum']),
    ...twice(value, steps),
  ])
}

function tooMany(chain: unknown, steps: readonly PropertyKey[]): PlacedFault[] {
  const quorum = step(chain, 'rpcQuorum')
  const count = entries(chain, 'rpc').length
  if (typeof quorum !== 'number' || count === 0 || quorum <= count) return []
  const endpoints = count === 1 ? '1 endpoint' : `${count} endpoints`
  const problem = `is ${quorum}, and rpc has ${endpoints}: they could never agree`
  const fix = 'add endpoints, or lower it; without it a majority must agree'
  return [{ path: formatPath(steps), steps, problem, fix }]
}

/** URLs are compared, never shown: they may carry a key. */
function twice(chain: unknown, chainSteps: readonly PropertyKey[]): PlacedFault[] {
  const urls = entries(chain, 'rpc')
  return urls.flatMap(({ value, index, steps }): PlacedFault[] => {
    const earlier = urls.findIndex((other) => typeof value === 'string' && other.value === value)
    if (earlier < 0 || earlier === index) return []
    const path = [...chainSteps, ...steps]
    const problem = `is the same endpoint as rpc[${earlier}], which has one voice`
    return [{ path: formatPath(path), steps: path, problem, fix: 'list each endpoint once' }]
  })
}
