import { formatPath } from '../schema/config-error.ts'
import { entries, step } from './raw-yaml.ts'
import type { PlacedError } from './schema-errors.ts'

/**
 * MONEY 20: returns an error if a quorum exceeds the number of endpoints, and an error for each
 * endpoint that is listed twice and would vote twice.
 */
export function quorumErrors(raw: unknown): PlacedError[] {
  return entries(raw, 'chains').flatMap(({ value, steps }) => [
    ...tooMany(value, [...steps, 'rpcQuorum']),
    ...twice(value, steps),
  ])
}

function tooMany(chain: unknown, steps: readonly PropertyKey[]): PlacedError[] {
  const quorum = step(chain, 'rpcQuorum')
  const count = entries(chain, 'rpc').length
  if (typeof quorum !== 'number' || count === 0 || quorum <= count) return []
  const endpoints = count === 1 ? '1 endpoint' : `${count} endpoints`
  const problem = `a quorum of ${quorum} can never be reached; rpc has ${endpoints}`
  const fix = 'add endpoints, lower it, or remove it: by default a majority must agree'
  return [{ path: formatPath(steps), steps, problem, fix }]
}

/** Compares the URLs and never shows them, because a URL may contain an API key. */
function twice(chain: unknown, chainSteps: readonly PropertyKey[]): PlacedError[] {
  const urls = entries(chain, 'rpc')
  return urls.flatMap(({ value, index, steps }): PlacedError[] => {
    const earlier = urls.findIndex((other) => typeof value === 'string' && other.value === value)
    if (earlier < 0 || earlier === index) return []
    const path = [...chainSteps, ...steps]
    const problem = `same endpoint as rpc[${earlier}]; each endpoint votes once`
    return [{ path: formatPath(path), steps: path, problem, fix: 'list each endpoint once' }]
  })
}
