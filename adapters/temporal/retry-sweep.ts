import type { WorkMessage } from '../../domain/outbox/event.ts'
import { type OperatorOrder, signalNames } from '../../workflows/contract.ts'
import type { Temporal } from './connect-temporal.ts'
import { type StartFacts, sweepStart } from './sweep-start.ts'

/**
 * An operator's retry: the run that is there gets it, or a new one of the same id begins with it
 * (MONEY 17).
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
