import type { Client } from '@temporalio/client'
import { TemporalRefused } from '../../domain/errors.ts'
import { searchAttributeNames } from '../../workflows/contract.ts'
import type { Temporal } from './connect-temporal.ts'

/** The parts that a Temporal server lacks for coldsweep's workflows. */
export type NamespaceReport =
  | { readonly kind: 'no-namespace' }
  | { readonly kind: 'there'; readonly missingSearchAttributes: readonly string[] }

/**
 * Reads whether the namespace and its search attributes exist, and changes nothing. A missing
 * namespace is a result, not an error.
 * @throws TemporalUnreachable; TemporalRefused for any other refusal
 */
export async function inspectNamespace(temporal: Temporal): Promise<NamespaceReport> {
  const { namespace } = temporal
  try {
    return await temporal.ask((client) => readAttributes(client, namespace))
  } catch (error) {
    if (error instanceof TemporalRefused && /not found/i.test(error.message)) {
      return { kind: 'no-namespace' }
    }
    throw error
  }
}

async function readAttributes(client: Client, namespace: string): Promise<NamespaceReport> {
  await client.connection.workflowService.describeNamespace({ namespace })
  const { customAttributes = {} } = await client.connection.operatorService.listSearchAttributes({
    namespace,
  })
  const missingSearchAttributes = Object.values(searchAttributeNames).filter(
    (name) => customAttributes?.[name] === undefined,
  )
  return { kind: 'there', missingSearchAttributes }
}
