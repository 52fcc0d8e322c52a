import { proxyActivities } from '@temporalio/workflow'
import type { ChainActivities, SweepInput } from '../../workflows/contract.ts'

/**
 * An example of an incompatible change: this workflow sweeps without a plan. Every history of the
 * real workflows must fail to replay on it. Otherwise the replay tests prove nothing.
 */
export async function tokenSweep(input: SweepInput): Promise<string> {
  const { sweep } = proxyActivities<ChainActivities>({ startToCloseTimeout: 60_000 })
  const swept = await sweep({ depositId: input.depositId, sweepId: '' })
  return swept.kind
}

export const nativeSweep = tokenSweep
