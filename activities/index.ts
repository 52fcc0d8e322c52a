import type { ChainActivities, RecordActivities } from '../workflows/contract.ts'
import { createAdoptDeposits } from './adopt-deposits.ts'
import { createAskForAttention } from './ask-for-attention.ts'
import { createFollowOrder } from './follow-order.ts'
import { createCheckGas } from './fund/check-gas.ts'
import { createFundGas } from './fund/fund-gas.ts'
import { createNoteOrder } from './note-order.ts'
import { createPlan } from './plan/plan.ts'
import { createReconcile } from './reconcile.ts'
import { createRecordSweep } from './record-sweep.ts'
import type { ActivityDeps } from './step/deps.ts'
import { createFailingStep, type Step } from './step/handle-failing-step.ts'
import { heedingQuorum } from './step/quorum-outcomes.ts'
import { beating } from './step/run.ts'
import { createSweep } from './sweep/sweep.ts'
import { createWatchKeeper } from './watch-keeper.ts'

/** All activities of a worker, over the ports that main.ts gives. */
export function createActivities(deps: ActivityDeps): ChainActivities & RecordActivities {
  const pause = ({ depositId }: { readonly depositId: string }) => {
    const blockTimeMs = deps.chains.get(Number(depositId.split(':')[0]))?.chain.blockTimeMs ?? 1_000
    return Math.min(Math.max(blockTimeMs, 250), 12_000)
  }
  const none = () => 1_000
  const failing = createFailingStep(deps)
  const step = <A extends { readonly depositId: string; readonly sweepId?: string }, R>(
    name: Step,
    work: (request: A) => Promise<R>,
  ) =>
    beating(heedingQuorum(deps, work), pause, (failures, error, request) =>
      failing(name, failures, error, request),
    )
  return {
    plan: step('plan', createPlan(deps)),
    fundGas: step('fundGas', createFundGas(deps)),
    checkGas: step('checkGas', createCheckGas(deps)),
    sweep: step('sweep', createSweep(deps)),
    watchKeeper: beating(createWatchKeeper(deps), none),
    adoptDeposits: beating(createAdoptDeposits(deps), none),
    reconcile: beating(createReconcile(deps), none),
    recordSweep: createRecordSweep(deps),
    askForAttention: createAskForAttention(deps),
    followOrder: createFollowOrder(deps),
    noteOrder: createNoteOrder(deps),
  }
}
