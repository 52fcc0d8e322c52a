import { formatPath } from '../schema/fault.ts'
import { findKnownChain } from './known-chains.ts'
import { entries, step } from './raw-chain.ts'
import type { PlacedFault } from './schema-faults.ts'

/** Policies that the schema can read and that a chain must not have. */
export function finalityFaults(raw: unknown): PlacedFault[] {
  return entries(raw, 'chains').flatMap(({ value, steps: chainSteps }): PlacedFault[] => {
    const fault = judge(step(value, 'id'), step(value, 'finality'))
    if (fault === undefined) return []
    const steps = [...chainSteps, 'finality']
    return [{ path: formatPath(steps), steps, ...fault }]
  })
}

function judge(rawId: unknown, policy: unknown): { problem: string; fix: string } | undefined {
  // An id in quotes is a fault of its own and still says which chain is meant.
  const id = typeof rawId === 'string' ? Number(rawId) : rawId
  if (!Number.isSafeInteger(id)) return undefined
  const known = findKnownChain(id)
  if (policy === undefined) {
    if (known?.finality !== undefined) return undefined
    return {
      problem: 'is missing, and there is no default for this chain',
      fix: 'write { tag: finalized }, { depth: <blocks> } or both',
    }
  }
  const tag = step(policy, 'tag')
  const depth = step(policy, 'depth')
  if (typeof policy === 'object' && policy !== null && tag === undefined && depth === undefined) {
    return {
      problem: 'has neither tag nor depth',
      fix: 'write { tag: finalized }, { depth: 15 } or both',
    }
  }
  if (tag === 'safe' && depth === undefined && known?.layer !== 'rollup') {
    return {
      problem: 'is safe alone, which is enough only on rollups (an L1 can still drop a safe block)',
      fix: 'write { tag: finalized }, or add a depth',
    }
  }
  if (tag === undefined && depth !== undefined && known?.layer === 'rollup') {
    return {
      problem:
        'is a count of blocks on a rollup, where blocks come from one sequencer and prove nothing',
      fix: 'write { tag: finalized } or { tag: safe }',
    }
  }
  return undefined
}
