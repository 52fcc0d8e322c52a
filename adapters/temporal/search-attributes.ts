import { defineSearchAttributeKey, TypedSearchAttributes } from '@temporalio/common'
import type { WorkMessage } from '../../domain/outbox/event.ts'
import { type SweepStateAttribute, searchAttributeNames } from '../../workflows/contract.ts'

const keyword = (name: string) => defineSearchAttributeKey(name, 'KEYWORD')

/**
 * What a sweep's run can be found by, from its first moment on; `SweepState` is upserted later by
 * the run itself.
 */
export function sweepAttributes(message: WorkMessage): TypedSearchAttributes {
  const state: SweepStateAttribute = 'sweeping'
  return new TypedSearchAttributes([
    { key: keyword(searchAttributeNames.sweepState), value: state },
    { key: keyword(searchAttributeNames.chainId), value: String(message.chainId) },
    { key: keyword(searchAttributeNames.asset), value: message.asset },
    { key: keyword(searchAttributeNames.wallet), value: message.wallet },
  ])
}
