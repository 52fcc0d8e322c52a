import type { SweepInput } from './contract.ts'
import { chainActivities, recordActivities } from './options.ts'
import type { SweepRun } from './sweep-run.ts'
import { type StoryEnd, sweepUntilDone } from './sweep-story.ts'

/**
 * Workflow of a native deposit: plan → sweep → record. The wallet pays its own gas, so no funding
 * is needed.
 */
export async function nativeSweep(input: SweepInput): Promise<string> {
  return await sweepUntilDone(input, sweepNative)
}

async function sweepNative(run: SweepRun, retry: boolean): Promise<StoryEnd> {
  const { depositId, timers } = run.input
  const activities = chainActivities(timers)
  run.show('planning')
  const planned = await activities.plan({ depositId, retry })
  if (planned.kind !== 'planned') return planned
  const request = { depositId, sweepId: planned.sweepId }
  run.show('sweeping', { detail: planned.amount, sweepId: planned.sweepId })
  const swept = await activities.sweep(request)
  if (swept.kind !== 'swept') return swept
  run.showTransaction({ step: 'sweep', hash: swept.hash, amount: swept.amount, outcome: 'final' })
  return await recordActivities().recordSweep(request)
}
