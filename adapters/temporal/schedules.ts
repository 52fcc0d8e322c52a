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

/** keeperWatch and reconcile per chain, and adopt, brought up to date; a round that is still running is never doubled. */
export async function upsertSchedules(
  client: Client,
  options: ScheduleOptions,
): Promise<readonly string[]> {
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
  for (const one of wanted) await upsert(client, one)
  return wanted.map(({ scheduleId }) => scheduleId)
}

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
      // One that no worker took must not be there when the next is due.
      workflowExecutionTimeout: longest,
    },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' },
  } satisfies SdkSchedule
}

async function upsert(client: Client, wanted: ReturnType<typeof schedule>): Promise<void> {
  try {
    await client.schedule.create(wanted)
  } catch (error) {
    const exists =
      (error instanceof Error && error.name === 'ScheduleAlreadyRunning') ||
      statusOf(error) === grpcStatus.alreadyExists
    if (!exists) throw error
    const { spec, action, policies } = wanted
    await client.schedule
      .getHandle(wanted.scheduleId)
      .update((before) => ({ ...before, spec, action, policies }))
  }
}
