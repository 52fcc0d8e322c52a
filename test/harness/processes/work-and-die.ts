import { withHeartbeat } from '../../../activities/step/run-step.ts'
import { createWorkerLoop } from '../../../adapters/temporal/worker-loop.ts'
import { recordingLog } from '../fakes/recording-log.ts'
import { storyActivities } from '../fakes/story-activities.ts'

/**
 * Runs a Temporal worker for tests that kill it: `work-and-die.ts <address> <task queue>`. Its
 * activity `plan` parks deposits at position 0. Its activity `sweep` sends heartbeats and never
 * ends. The worker prints "up" when it polls, and the name of each of these activities that starts.
 */
const [address = '', taskQueue = ''] = process.argv.slice(2)
const say = (word: string) => process.stdout.write(`${word}\n`)
const world = storyActivities({
  plan: async ({ depositId }) => {
    say('plan')
    return depositId.endsWith(':0')
      ? { kind: 'parked', reason: 'keeper-low', detail: '' }
      : { kind: 'planned', sweepId: 's', amount: '1 ETH', gasShortWei: '0' }
  },
  sweep: withHeartbeat(
    async () => {
      say('sweep')
      return await new Promise<never>(() => {})
    },
    () => 1_000,
  ),
})
const loop = createWorkerLoop({
  address,
  namespace: 'default',
  taskQueue,
  activities: world,
  log: { ...recordingLog(), info: () => say('up') },
})
await loop.run(new AbortController().signal)
