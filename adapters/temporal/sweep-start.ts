import type { WorkflowStartOptions } from '@temporalio/client'
import { defineSearchAttributeKey, TypedSearchAttributes } from '@temporalio/common'
import { formatUnits } from '../../domain/amount.ts'
import type { WorkMessage } from '../../domain/outbox/event.ts'
import {
  type SweepInput,
  type SweepStateAttribute,
  type SweepTimers,
  searchAttributeNames,
  sweepTaskQueue,
  sweepWorkflowId,
  workflowTypes,
} from '../../workflows/contract.ts'

/** Facts of a chain that a workflow needs in addition to the message. */
export interface StartFacts {
  readonly chainName: string
  readonly timers: SweepTimers
}

/**
 * Converts the config's seconds to a workflow's timers. An activity that throws `NotYet` is retried
 * after about one block time.
 */
export function startFactsOf(
  chain: { readonly name: string; readonly blockTimeMs: number },
  timers: {
    readonly gasWaitSeconds: number
    readonly waitRecheckSeconds: number
    readonly attentionAfterSeconds: number
  },
): StartFacts {
  return {
    chainName: chain.name,
    timers: {
      gasWaitMs: timers.gasWaitSeconds * 1000,
      recheckMs: timers.waitRecheckSeconds * 1000,
      attentionAfterMs: timers.attentionAfterSeconds * 1000,
      notYetMs: Math.min(Math.max(chain.blockTimeMs, 250), 12_000),
    },
  }
}

/**
 * Returns the type and start options of a deposit's workflow. The intake, `adopt` and an operator's
 * retry start workflows with them.
 */
export function sweepStart(message: WorkMessage, facts: StartFacts) {
  const amount = `${formatUnits(BigInt(message.amount), message.decimals)} ${message.asset}`
  const input: SweepInput = {
    depositId: message.depositId,
    chainId: message.chainId,
    chainName: facts.chainName,
    asset: message.asset,
    decimals: message.decimals,
    amount: message.amount,
    wallet: message.wallet,
    timers: facts.timers,
  }
  const options = {
    workflowId: sweepWorkflowId(message.depositId),
    taskQueue: sweepTaskQueue,
    args: [input] as [SweepInput],
    // PostgreSQL guarantees exactly-once, so ids may be reused: a start uses a running workflow,
    // and a closed workflow may be followed by a new one.
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    typedSearchAttributes: sweepAttributes(message),
    staticSummary: `${amount} from ${shortened(message.wallet)} on ${facts.chainName}`,
    staticDetails: `Deposit \`${message.depositId}\`: ${amount} in \`${message.wallet}\`.`,
  } satisfies WorkflowStartOptions
  const type = message.kind === 'native' ? workflowTypes.nativeSweep : workflowTypes.tokenSweep
  return { type, options }
}

const shortened = (address: string) => `${address.slice(0, 6)}…${address.slice(-4)}`

const keyword = (name: string) => defineSearchAttributeKey(name, 'KEYWORD')

/**
 * Returns the search attributes with which a sweep's workflow starts. Later, the workflow itself
 * updates `SweepState`.
 */
function sweepAttributes(message: WorkMessage): TypedSearchAttributes {
  const state: SweepStateAttribute = 'sweeping'
  return new TypedSearchAttributes([
    { key: keyword(searchAttributeNames.sweepState), value: state },
    { key: keyword(searchAttributeNames.chainId), value: String(message.chainId) },
    { key: keyword(searchAttributeNames.asset), value: message.asset },
    { key: keyword(searchAttributeNames.wallet), value: message.wallet },
  ])
}
