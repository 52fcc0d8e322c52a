import { formatPath } from '../schema/config-error.ts'
import { findKnownChain } from './known-chains.ts'
import { entries, step } from './raw-yaml.ts'
import type { PlacedError } from './schema-errors.ts'

/**
 * Returns the errors of finality policies that are missing or empty, or that are unsafe for their
 * chain although the schema accepts them.
 */
export function finalityErrors(raw: unknown): PlacedError[] {
  return entries(raw, 'chains').flatMap(({ value, steps: chainSteps }): PlacedError[] => {
    const error = judge(step(value, 'id'), step(value, 'finality'))
    if (error === undefined) return []
    const steps = [...chainSteps, 'finality']
    return [{ path: formatPath(steps), steps, ...error }]
  })
}

function judge(rawId: unknown, policy: unknown): { problem: string; fix: string } | undefined {
  // Another check reports an id in quotes. Such an id still identifies the chain.
  const id = typeof rawId === 'string' ? Number(rawId) : rawId
  if (!Number.isSafeInteger(id)) return undefined
  const known = findKnownChain(id)
  if (policy === undefined) {
    if (known?.finality !== undefined) return undefined
    return {
      problem: 'missing; this chain has no default',
      fix: 'set { tag: finalized }, { depth: <blocks> } or both',
    }
  }
  const tag = step(policy, 'tag')
  const depth = step(policy, 'depth')
  if (typeof policy === 'object' && policy !== null && tag === undefined && depth === undefined) {
    return {
      problem: 'neither tag nor depth is set',
      fix: 'set { tag: finalized }, { depth: 15 } or both',
    }
  }
  if (tag === 'safe' && depth === undefined && known?.layer !== 'rollup') {
    return {
      problem: 'tag safe alone is accepted only on rollups; an L1 can still drop a safe block',
      fix: 'set { tag: finalized }, or add a depth',
    }
  }
  if (tag === undefined && depth !== undefined && known?.layer === 'rollup') {
    return {
      problem:
        'a depth alone is rejected on rollups; one sequencer makes the blocks, so a number of blocks proves nothing',
      fix: 'set { tag: finalized } or { tag: safe }',
    }
  }
  return undefined
}
