import { WorkflowNotFoundError } from '@temporalio/client'
import type { SweepRuns } from '../../domain/deposits/sweep-runs.ts'
import { BadInput } from '../../domain/money-errors.ts'
import type { WorkMessage } from '../../domain/outbox/event.ts'
import { type OperatorOrder, signalNames } from '../../workflows/contract.ts'
import type { Temporal } from './connect-temporal.ts'
import { type StartFacts, sweepStart } from './sweep-start.ts'

/**
 * Starts and signals the workflows of deposits in Temporal.
 * @param chains start facts of each chain; a message of another chain is refused (`BadInput`)
 */
export function createSweepRuns(
  temporal: Temporal,
  chains: ReadonlyMap<number, StartFacts>,
): SweepRuns {
  return {
    async start(message) {
      const facts = chains.get(message.chainId)
      if (!facts)
        throw new BadInput(`chain ${message.chainId} is not in coldsweep.yaml of this process`)
      const { type, options } = sweepStart(message, facts)
      await temporal.ask((client) => client.workflow.start(type, options))
    },
    wake: (workflowId, wakeUp) =>
      temporal.ask(async (client) => {
        const handle = client.workflow.getHandle(workflowId)
        try {
          if (wakeUp.kind === 'gasMined') {
            const { transactionKey } = wakeUp
            await handle.signal(signalNames.gasMined, { transactionKey })
          } else {
            await handle.signal(signalNames[wakeUp.kind])
          }
          return true
        } catch (error) {
          if (error instanceof WorkflowNotFoundError) return false
          throw error
        }
      }),
    async reachable() {
      try {
        await temporal.ask((client) =>
          client.connection.workflowService.describeNamespace({ namespace: temporal.namespace }),
        )
        return true
      } catch {
        return false
      }
    },
  }
}

/**
 * Sends an operator's retry to the running workflow of a deposit. If none runs, starts a new
 * workflow with the same id and sends the signal to it (MONEY 17).
 */
export async function retrySweep(
  temporal: Temporal,
  message: WorkMessage,
  facts: StartFacts,
  order: OperatorOrder,
): Promise<void> {
  const { type, options } = sweepStart(message, facts)
  await temporal.ask((client) =>
    client.workflow.signalWithStart(type, {
      ...options,
      signal: signalNames.retryNow,
      signalArgs: [order],
    }),
  )
}
