import { proxyActivities } from '@temporalio/workflow'
import type { ChainActivities, SweepInput } from '../../workflows/contract.ts'

/**
 * An example of a careless change: it sweeps without planning. No history of the real
 * workflows may replay on it; if one does, replay proves nothing.
 */
export async function tokenSweep(input: SweepInput): Promise<string> {
  const { sweep } = proxyActivities<ChainActivities>({ startToCloseTimeout: 60_000 })
  const swept = await sweep({ depositId: input.depositId, sweepId: '' })
  return swept.kind
}

export const nativeSweep = tokenSweep
