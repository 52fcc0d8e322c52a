import { loadConfig } from '../../config/load-config.ts'
import { BadInput } from '../../domain/money-errors.ts'
import { notFound, refused } from '../cli-error.ts'
import type { Outcome, Session } from '../outcome.ts'
import { withFailures } from '../with-failures.ts'

/** Puts one message back on the queue it came from. Harmless when repeated: a deposit twice is swept once. */
export async function failuresRequeue(
  { id }: { readonly id: string },
  session: Session,
): Promise<Outcome> {
  const config = loadConfig({ need: ['rabbitmq'], env: session.env })
  const done = await withFailures(config.rabbitmq, (failures) => requeue(failures.requeue(id)))
  if (!done)
    throw notFound(`no message ${id} in Processing_Failures`, 'see "coldsweep failures list"')
  return { data: { id, requeued: true }, text: () => `message ${id} is back on its queue` }
}

async function requeue(asked: Promise<boolean>): Promise<boolean> {
  try {
    return await asked
  } catch (error) {
    if (!(error instanceof BadInput)) throw error
    throw refused(error.message, 'drop it with "coldsweep failures drop", or leave it there')
  }
}
