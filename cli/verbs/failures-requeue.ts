import { createSweeps } from '../../adapters/drizzle/sweeps/sweeps.ts'
import { loadConfig } from '../../config/load-config.ts'
import { BadInput } from '../../domain/money-errors.ts'
import { workQueues } from '../../domain/outbox/event.ts'
import { notFound, refused } from '../session/cli-error.ts'
import type { Outcome, Session } from '../session/outcome.ts'
import { withDatabase } from '../session/with-database.ts'
import { withFailures } from '../session/with-failures.ts'

interface RequeueArguments {
  readonly id: string
  readonly operator: string
  readonly reason: string
}

const queues: readonly string[] = Object.values(workQueues)

/**
 * Returns one message to the queue it came from. Safe to repeat: a deposit that is queued twice is
 * swept once. The audit record is written first, for the message and not for the deposit: a requeue
 * is no order to retry a refused token (MONEY 17).
 */
export async function failuresRequeue(args: RequeueArguments, session: Session): Promise<Outcome> {
  const { id, operator, reason } = args
  const config = loadConfig({ need: ['rabbitmq', 'database'], env: session.env })
  const missing = notFound(
    `no message ${id} in Processing_Failures`,
    'see "coldsweep failures list"',
  )
  return withFailures(config.rabbitmq, async (failures) => {
    const message = (await failures.list(Number.MAX_SAFE_INTEGER)).find((one) => one.id === id)
    if (!message) throw missing
    // A message from an unknown queue is refused below, so there is no action to record.
    if (queues.includes(message.queue)) {
      const order = { operator, action: 'requeue', subject: `message ${id}`, reason }
      await withDatabase(config.database, (db) => createSweeps(db).noteOrder(order))
    }
    if (!(await requeue(failures.requeue(id)))) throw missing
    return {
      data: { id, requeued: true },
      text: () =>
        `message ${id} returned to ${message.queue}; if it fails again, it comes back to Processing_Failures`,
    }
  })
}

async function requeue(asked: Promise<boolean>): Promise<boolean> {
  try {
    return await asked
  } catch (error) {
    if (!(error instanceof BadInput)) throw error
    throw refused(error.message, 'drop it with "coldsweep failures drop", or leave it there')
  }
}
