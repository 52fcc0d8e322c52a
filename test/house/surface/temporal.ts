import { storyActivities } from '../../harness/fakes/story-activities.ts'
import { ownWorker } from '../../harness/services/own-worker.ts'
import { aSweepInput, startSweep } from '../../harness/services/start-sweep.ts'
import type { Compiler } from './compiler.ts'
import {
  createActivities,
  needsAttentionQuery,
  scheduleIds,
  searchAttributeNames,
  sweepTaskQueue,
  sweepWorkflowId,
  transactionKey,
  workflows,
  workflowTypes,
} from './sources.ts'

/** Returns itself for every property. Replaces dependencies that are stored but not called. */
const anything: never = new Proxy(() => {}, { get: () => anything }) as never

/** Returns the activity types that a worker registers, and how the workflows call them. */
export function readActivities(compiler: Compiler): unknown {
  return {
    registered: Object.keys(createActivities(anything)).sort(),
    regular: compiler.members('ChainActivities'),
    local: compiler.members('RecordActivities'),
  }
}

/** Returns the workflow types, handlers, search attributes and ids that running workflows use. */
export async function readWorkflows(compiler: Compiler): Promise<unknown> {
  return {
    types: Object.values(workflowTypes).sort(),
    bundled: Object.keys(workflows).sort(),
    handlers: {
      nativeSweep: await handlersOf('nativeSweep'),
      tokenSweep: await handlersOf('tokenSweep'),
    },
    taskQueue: sweepTaskQueue,
    searchAttributes: Object.values(searchAttributeNames).sort(),
    sweepStates: compiler.union('SweepStateAttribute'),
    needsAttentionQuery,
    ids: {
      sweep: sweepWorkflowId('56:0xab:native-0.1'),
      keeperWatch: scheduleIds.keeperWatch(56),
      adopt: scheduleIds.adopt,
      reconcile: scheduleIds.reconcile(56),
      transactionKey: transactionKey('<sweep>', 'gas', 1),
    },
  }
}

interface Metadata {
  readonly definition: {
    readonly type: string
    readonly queryDefinitions: readonly { readonly name: string }[]
    readonly signalDefinitions: readonly { readonly name: string }[]
    readonly updateDefinitions: readonly { readonly name: string }[]
  }
}

/**
 * Starts a run on a real server and returns the handlers that Temporal's built-in query reports.
 */
async function handlersOf(type: 'nativeSweep' | 'tokenSweep'): Promise<unknown> {
  const parked = async () => ({ kind: 'parked', reason: 'queued', detail: '' }) as const
  const worker = await ownWorker(storyActivities({ plan: parked }))
  try {
    const run = await startSweep(worker, type, aSweepInput())
    const { definition } = await run.query<Metadata>('__temporal_workflow_metadata')
    await run.terminate()
    const names = (definitions: readonly { readonly name: string }[]) =>
      definitions
        .map(({ name }) => name)
        .filter((name) => !name.startsWith('__'))
        .sort()
    return {
      type: definition.type,
      queries: names(definition.queryDefinitions),
      signals: names(definition.signalDefinitions),
      updates: names(definition.updateDefinitions),
    }
  } finally {
    await worker.stop()
  }
}
