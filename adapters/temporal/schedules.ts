import {
  type Client,
  ScheduleOverlapPolicy,
  type ScheduleOptions as SdkSchedule,
} from '@temporalio/client'
import { scheduleIds, sweepTaskQueue, workflowTypes } from '../../workflows/contract.ts'
import { grpcStatus, statusOf } from './errors.ts'

export interface ScheduleOptions {
  readonly chainIds: readonly number[]
  readonly keeperWatchMs: number
  readonly adoptMs: number
  readonly reconcileMs: number
}

export interface ScheduleChanges {
  readonly made: readonly string[]
  /**
   * Schedules of other chains. They stay unchanged, because another deployment in the namespace may
   * serve those chains.
   */
  readonly ofOtherChains: readonly string[]
}

/**
 * Creates or updates the schedules: keeperWatch and reconcile for each chain, and adopt. While a
 * run of a schedule is open, the schedule starts no other run.
 */
export async function upsertSchedules(
  client: Client,
  options: ScheduleOptions,
): Promise<ScheduleChanges> {
  const wanted = [
    ...options.chainIds.map((chainId) =>
      schedule(
        scheduleIds.keeperWatch(chainId),
        workflowTypes.keeperWatch,
        [chainId],
        options.keeperWatchMs,
      ),
    ),
    schedule(scheduleIds.adopt, workflowTypes.adopt, [], options.adoptMs),
    ...options.chainIds.map((chainId) =>
      schedule(
        scheduleIds.reconcile(chainId),
        workflowTypes.reconcile,
        [chainId],
        options.reconcileMs,
        '4 hours',
      ),
    ),
  ]
  const ids = new Set(wanted.map(({ scheduleId }) => scheduleId))
  const made: string[] = []
  for (const one of wanted) {
    if (await upsert(client, one)) made.push(one.scheduleId)
  }
  const ofOtherChains: string[] = []
  for await (const { scheduleId } of client.schedule.list()) {
    if (ofAChain.test(scheduleId) && !ids.has(scheduleId)) ofOtherChains.push(scheduleId)
  }
  return { made, ofOtherChains: ofOtherChains.sort() }
}

const ofAChain = /^coldsweep-(?:keeper-watch|reconcile)-\d+$/

function schedule(
  scheduleId: string,
  workflowType: string,
  args: unknown[],
  everyMs: number,
  longest: '5 minutes' | '4 hours' = '5 minutes',
) {
  return {
    scheduleId,
    spec: { intervals: [{ every: everyMs }] },
    action: {
      type: 'startWorkflow',
      workflowId: scheduleId,
      workflowType,
      args,
      taskQueue: sweepTaskQueue,
      // Ends a run that no worker takes. Otherwise that run would block all later ones (SKIP).
      workflowExecutionTimeout: longest,
    },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' },
  } satisfies SdkSchedule
}

/** @returns whether the schedule was created */
async function upsert(client: Client, wanted: ReturnType<typeof schedule>): Promise<boolean> {
  try {
    await client.schedule.create(wanted)
    return true
  } catch (error) {
    const exists =
      (error instanceof Error && error.name === 'ScheduleAlreadyRunning') ||
      statusOf(error) === grpcStatus.alreadyExists
    if (!exists) throw error
    const { spec, action, policies } = wanted
    await client.schedule
      .getHandle(wanted.scheduleId)
      .update((before) => ({ ...before, spec, action, policies }))
    return false
  }
}
