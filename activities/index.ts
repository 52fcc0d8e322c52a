import type { ChainActivities, RecordActivities } from '../workflows/contract.ts'
import { createCheckGas } from './fund/check-gas.ts'
import { createFundGas } from './fund/fund-gas.ts'
import { createPlan } from './plan/plan.ts'
import {
  createAskForAttention,
  createFollowOrder,
  createNoteOrder,
  createRecordSweep,
} from './records.ts'
import { createAdoptDeposits, createReconcile, createWatchKeeper } from './schedules.ts'
import type { ActivityDeps } from './step/activity-deps.ts'
import { withQuorumOutcomes } from './step/outcomes.ts'
import { createFailureReport, type Step, stepMs, withHeartbeat } from './step/run-step.ts'
import { createSweep } from './sweep/sweep.ts'

/** Creates all activities of a worker, under the names that Temporal records in histories. */
export function createActivities(deps: ActivityDeps): ChainActivities & RecordActivities {
  const pause = ({ depositId }: { readonly depositId: string }) => {
    const blockTimeMs = deps.chains.get(Number(depositId.split(':')[0]))?.chain.blockTimeMs ?? 1_000
    return Math.min(Math.max(blockTimeMs, 250), 12_000)
  }
  const none = () => 1_000
  const failing = createFailureReport(deps)
  const step = <A extends { readonly depositId: string; readonly sweepId?: string }, R>(
    name: Step,
    work: (request: A) => Promise<R>,
  ) =>
    withHeartbeat(
      withQuorumOutcomes(deps, work),
      pause,
      (failures, error, request) => failing(name, failures, error, request),
      { workMs: stepMs, rest: deps.rest },
    )
  return {
    plan: step('plan', createPlan(deps)),
    fundGas: step('fundGas', createFundGas(deps)),
    checkGas: step('checkGas', createCheckGas(deps)),
    sweep: step('sweep', createSweep(deps)),
    watchKeeper: withHeartbeat(createWatchKeeper(deps), none),
    adoptDeposits: withHeartbeat(createAdoptDeposits(deps), none),
    reconcile: withHeartbeat(createReconcile(deps), none),
    recordSweep: createRecordSweep(deps),
    askForAttention: createAskForAttention(deps),
    followOrder: createFollowOrder(deps),
    noteOrder: createNoteOrder(deps),
  }
}
