import { connectBus } from '../../adapters/amqplib/connect-bus.ts'
import { createFailedMessages } from '../../adapters/amqplib/failures.ts'
import { dropDeposit } from '../../adapters/drizzle/sweeps/drop-deposit.ts'
import { createSweepStore } from '../../adapters/drizzle/sweeps/sweep-store.ts'
import { createLog } from '../../adapters/pino/create-log.ts'
import { loadConfig } from '../../config/load-config.ts'
import type { Needs } from '../../config/schema/config.ts'
import { formatDepositId, parseDepositId } from '../../domain/deposits/deposit-id.ts'
import { redactText } from '../../domain/errors.ts'
import { BadInput } from '../../domain/money-errors.ts'
import type { SignedOrder } from '../../domain/operators/deposit-orders.ts'
import { workQueues } from '../../domain/outbox/event.ts'
import type { FailedMessage, FailedMessages } from '../../domain/outbox/failed-messages.ts'
import { printable } from '../../domain/printable.ts'
import { notFound, refused } from '../session/cli-error.ts'
import type { Outcome, Session } from '../session/outcome.ts'
import type { Paint } from '../session/paint.ts'
import { withDatabase } from '../session/with-database.ts'

interface MessageOrder extends SignedOrder {
  /** The message's id. */
  readonly id: string
}

/** Lists messages that could not be processed, oldest first, without consuming them. */
export async function failuresList(
  { limit }: { readonly limit: number },
  session: Session,
): Promise<Outcome> {
  const config = loadConfig({ need: ['rabbitmq'], env: session.env })
  const found = await withFailures(config.rabbitmq, (failures) => failures.list(limit))
  // The body is untrusted: secrets are redacted (MONEY 19) and terminal controls are removed.
  const messages = found.map((message) => ({
    ...message,
    body: printable(redactText(message.body)),
  }))
  return {
    data: messages,
    text: (paint) =>
      messages.length === 0
        ? 'Processing_Failures is empty'
        : messages.map((message) => describe(message, paint)).join('\n\n'),
  }
}

function describe({ id, queue, reason, failedAt, body }: FailedMessage, paint: Paint): string {
  const head = `${paint('bold', id)}  from ${queue || 'an unknown queue'}  ${failedAt}`
  return `${head}\n  ${paint('red', reason)}\n  ${paint('grey', body)}`
}

const queues: readonly string[] = Object.values(workQueues)

/**
 * Returns one message to the queue it came from. Safe to repeat: a deposit that is queued twice is
 * swept once. The audit record is written first. The record names the message and not the deposit,
 * because a requeue is no order to retry a refused token (MONEY 17).
 */
export async function failuresRequeue(args: MessageOrder, session: Session): Promise<Outcome> {
  const { id, operator, reason } = args
  const config = loadConfig({ need: ['rabbitmq', 'database'], env: session.env })
  const missing = notFound(
    `no message ${id} in Processing_Failures`,
    'see "coldsweep failures list"',
  )
  return withFailures(config.rabbitmq, async (failures) => {
    const message = (await failures.list(Number.MAX_SAFE_INTEGER)).find((one) => one.id === id)
    if (!message) throw missing
    // `requeue` below refuses a message from an unknown queue, so no action is recorded for it.
    if (queues.includes(message.queue)) {
      const order = { operator, action: 'requeue', subject: `message ${id}`, reason }
      await withDatabase(config.database, (db) => createSweepStore(db).noteOrder(order))
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

/**
 * Deletes one message. A deposit that the message names becomes `ignored(dropped by <operator>)`.
 * The deposit's row is written before the message is deleted. After a crash in between, the message
 * still exists, and the same command deletes it.
 */
export async function failuresDrop(args: MessageOrder, session: Session): Promise<Outcome> {
  const config = loadConfig({ need: ['rabbitmq', 'database'], env: session.env })
  return withFailures(config.rabbitmq, async (failures) => {
    const message = (await failures.list(Number.MAX_SAFE_INTEGER)).find(({ id }) => id === args.id)
    if (!message) {
      const hint = 'see "coldsweep failures list"'
      throw notFound(`no message ${args.id} in Processing_Failures`, hint)
    }
    const depositId = depositIdOf(message.body)
    const { operator, reason } = args
    const dropped = await withDatabase(config.database, (db) =>
      dropDeposit(db, { depositId, messageId: args.id, operator, reason }),
    )
    if (dropped.kind === 'refused') {
      throw refused(
        `deposit ${depositId} is ${dropped.state}: its sweep is signed and may still be mined`,
        'wait for its outcome; "coldsweep failures requeue" returns the message to its queue',
      )
    }
    await failures.drop(args.id)
    const marked = dropped.kind === 'marked'
    return {
      data: { id: args.id, dropped: true, depositId: depositId ?? null, depositIgnored: marked },
      text: () =>
        `message ${args.id} deleted; ${marked ? `${depositId} is ignored now` : left(depositId, dropped.state)}`,
    }
  })
}

function left(depositId: string | undefined, state: string | undefined): string {
  if (depositId === undefined) return 'it named no deposit'
  if (state === undefined) return `no deposit ${depositId} exists`
  return `${depositId} stays ${state}`
}

/**
 * Returns the id of the deposit that a message names: the field `depositId` at the top level of a
 * JSON body. An id in any other text is ignored, because it must not drop a healthy deposit.
 */
function depositIdOf(body: string): string | undefined {
  try {
    const { depositId } = JSON.parse(body) as { readonly depositId?: unknown }
    return typeof depositId === 'string' ? formatDepositId(parseDepositId(depositId)) : undefined
  } catch {
    return undefined
  }
}

/**
 * Connects to RabbitMQ for one verb on Processing_Failures, then disconnects. Throws
 * `BusUnreachable` or `BusRefused`.
 */
async function withFailures<T>(
  { url, prefix }: Needs['rabbitmq'],
  work: (failures: FailedMessages) => Promise<T>,
): Promise<T> {
  const log = createLog({ level: 'silent' })
  const bus = await connectBus({ url: url.reveal(), prefix, name: 'coldsweep failures', log })
  try {
    return await work(createFailedMessages(bus))
  } finally {
    await bus.close()
  }
}
