import { randomBytes } from 'node:crypto'
import type { WorkflowHandle } from '@temporalio/client'
import { defineSearchAttributeKey, TypedSearchAttributes } from '@temporalio/common'
import { type SweepInput, sweepWorkflowId } from '../../../workflows/contract.ts'
import type { OwnWorker } from './own-worker.ts'

export function aSweepInput(more: Partial<SweepInput> = {}): SweepInput {
  return {
    depositId: `31337:0x${randomBytes(32).toString('hex')}:0`,
    chainId: 31337,
    chainName: 'devnet',
    asset: 'USDT',
    decimals: 6,
    amount: '1500000',
    wallet: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
    timers: { gasWaitMs: 30_000, recheckMs: 30_000, attentionAfterMs: 600_000, notYetMs: 100 },
    ...more,
  }
}

const keyword = (name: string) => defineSearchAttributeKey(name, 'KEYWORD')

/** Starts a sweep's workflow as the intake does, on the test's own task queue. */
export function startSweep(
  { client, taskQueue }: OwnWorker,
  type: 'tokenSweep' | 'nativeSweep',
  input = aSweepInput(),
): Promise<WorkflowHandle> {
  return client.workflow.start(type, {
    taskQueue,
    workflowId: sweepWorkflowId(input.depositId),
    args: [input],
    typedSearchAttributes: new TypedSearchAttributes([
      { key: keyword('SweepState'), value: 'sweeping' },
      { key: keyword('ChainId'), value: String(input.chainId) },
      { key: keyword('Asset'), value: input.asset },
      { key: keyword('Wallet'), value: input.wallet },
    ]),
  })
}
