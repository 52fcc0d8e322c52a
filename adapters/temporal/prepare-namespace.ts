import type { Client } from '@temporalio/client'
import { TemporalRefused } from '../../domain/errors.ts'
import { sleep } from '../../runtime/sleep.ts'
import { searchAttributeNames } from '../../workflows/contract.ts'
import type { Temporal } from './connect-temporal.ts'
import { grpcStatus, statusOf } from './errors.ts'
import { type ScheduleChanges, type ScheduleOptions, upsertSchedules } from './schedules.ts'

/** How long closed runs stay visible in the Web UI. */
const retentionSeconds = 7 * 24 * 60 * 60

/** Keyword, in temporal.api.enums.v1.IndexedValueType. */
const keywordType = 2

/**
 * Longest time for retries. A new namespace or search attribute takes some seconds to reach all
 * parts of the server.
 */
const settleMs = 20_000
const lookAgainMs = 250

export interface NamespaceChanges {
  readonly namespaceCreated: boolean
  readonly searchAttributesAdded: readonly string[]
  readonly schedules: ScheduleChanges
}

/**
 * Creates the namespace, search attributes and schedules that coldsweep's workflows need. Safe to
 * repeat: an existing namespace and its attributes stay unchanged, and schedules are updated.
 */
export async function prepareNamespace(
  temporal: Temporal,
  schedules: ScheduleOptions,
): Promise<NamespaceChanges> {
  const namespaceCreated = await temporal.ask((client) =>
    createNamespace(client, temporal.namespace),
  )
  await settled(() => temporal.ask((client) => describe(client, temporal.namespace)))
  const searchAttributesAdded = await settled(() =>
    temporal.ask((client) => addSearchAttributes(client, temporal.namespace)),
  )
  const changes = await settled(() => temporal.ask((client) => upsertSchedules(client, schedules)))
  return { namespaceCreated, searchAttributesAdded, schedules: changes }
}

async function createNamespace(client: Client, namespace: string): Promise<boolean> {
  try {
    await describe(client, namespace)
    return false
  } catch (error) {
    if (statusOf(error) !== grpcStatus.notFound) throw error
  }
  try {
    await client.connection.workflowService.registerNamespace({
      namespace,
      description: 'coldsweep: sweeps of deposit wallets',
      workflowExecutionRetentionPeriod: { seconds: retentionSeconds as never },
    })
    return true
  } catch (error) {
    if (statusOf(error) === grpcStatus.alreadyExists) return false
    throw error
  }
}

async function describe(client: Client, namespace: string): Promise<void> {
  await client.connection.workflowService.describeNamespace({ namespace })
}

async function addSearchAttributes(client: Client, namespace: string): Promise<readonly string[]> {
  const { operatorService } = client.connection
  const { customAttributes = {} } = await operatorService.listSearchAttributes({ namespace })
  const wanted = Object.values(searchAttributeNames)
  const otherwise = wanted.filter((name) => (customAttributes[name] ?? keywordType) !== keywordType)
  if (otherwise.length > 0) {
    throw new TemporalRefused(
      `search attributes of namespace ${namespace} exist with another type than Keyword: ${otherwise.join(', ')}; ` +
        'remove them with `temporal operator search-attribute remove`, or set another TEMPORAL_NAMESPACE',
    )
  }
  const missing = wanted.filter((name) => customAttributes[name] === undefined)
  if (missing.length > 0) {
    const searchAttributes = Object.fromEntries(missing.map((name) => [name, keywordType]))
    await operatorService.addSearchAttributes({ namespace, searchAttributes })
  }
  return missing
}

/**
 * Retries until the call succeeds or `settleMs` is over, because parts of the server do not know a
 * new namespace yet.
 */
async function settled<T>(work: () => Promise<T>): Promise<T> {
  const giveUpAt = Date.now() + settleMs
  for (;;) {
    try {
      return await work()
    } catch (error) {
      const known = error instanceof TemporalRefused && /another type/.test(error.message)
      if (known || Date.now() > giveUpAt) throw error
      await sleep(lookAgainMs)
    }
  }
}
