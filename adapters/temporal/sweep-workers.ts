import type { SweepWorkers } from '../../domain/deposits/sweep-runs.ts'
import { sweepTaskQueue } from '../../workflows/contract.ts'
import type { Temporal } from './connect-temporal.ts'

/**
 * A worker polls at least once a minute, and the server lists it for five minutes after its last
 * poll. An older poll is of a worker that has ended.
 */
const recentMs = 90_000

/** temporal.api.enums.v1.TaskQueueType: workflow and activity tasks. */
const taskTypes = [1, 2]

/** Reads from Temporal which workers poll the task queue. */
export function createSweepWorkers(
  temporal: Temporal,
  taskQueue: string = sweepTaskQueue,
): SweepWorkers {
  return {
    async polling() {
      const { namespace } = temporal
      const pollers = await temporal.ask(async (client) => {
        const found = []
        // One call at a time: a call that retries while the connection is closed would end the
        // process.
        for (const taskQueueType of taskTypes) {
          const answer = await client.connection.workflowService.describeTaskQueue({
            namespace,
            taskQueue: { name: taskQueue },
            taskQueueType,
          })
          found.push(...(answer.pollers ?? []))
        }
        return found
      })
      const recent = pollers.filter(({ lastAccessTime }) => {
        const seconds = Number(lastAccessTime?.seconds ?? 0)
        return Date.now() - seconds * 1_000 < recentMs
      })
      return [...new Set(recent.map(({ identity }) => identity ?? ''))]
    },
  }
}
