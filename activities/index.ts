import type { ChainActivities, RecordActivities } from '../workflows/contract.ts'
import { createAdoptDeposits } from './adopt-deposits.ts'
import { createAskForAttention } from './ask-for-attention.ts'
import { createCheckGas } from './check-gas.ts'
import type { ActivityDeps } from './deps.ts'
import { createFollowOrder } from './follow-order.ts'
import { createFundGas } from './fund-gas.ts'
import { createNoteOrder } from './note-order.ts'
import { createPlan } from './plan.ts'
import { heedingQuorum } from './quorum-outcomes.ts'
import { createReconcile } from './reconcile.ts'
import { createRecordSweep } from './record-sweep.ts'
import { beating } from './run.ts'
import { createSweep } from './sweep.ts'
import { createTellFailure } from './tell-failure.ts'
import { createWatchKeeper } from './watch-keeper.ts'

/** All activities of a worker, over the ports that main.ts gives. */
export function createActivities(deps: ActivityDeps): ChainActivities & RecordActivities {
  const pause = ({ depositId }: { readonly depositId: string }) => {
    const blockTimeMs = deps.chains.get(Number(depositId.split(':')[0]))?.chain.blockTimeMs ?? 1_000
    return Math.min(Math.max(blockTimeMs, 250), 12_000)
  }
  const none = () => 1_000
  const tell = createTellFailure(deps)
  return {
    plan: beating(heedingQuorum(deps, createPlan(deps)), pause, tell),
    fundGas: beating(heedingQuorum(deps, createFundGas(deps)), pause, tell),
    checkGas: beating(heedingQuorum(deps, createCheckGas(deps)), pause, tell),
    sweep: beating(heedingQuorum(deps, createSweep(deps)), pause, tell),
    watchKeeper: beating(createWatchKeeper(deps), none),
    adoptDeposits: beating(createAdoptDeposits(deps), none),
    reconcile: beating(createReconcile(deps), none),
    recordSweep: createRecordSweep(deps),
    askForAttention: createAskForAttention(deps),
    followOrder: createFollowOrder(deps),
    noteOrder: createNoteOrder(deps),
  }
}
