import { dropDeposit } from '../../adapters/drizzle/sweeps/drop-deposit.ts'
import { loadConfig } from '../../config/load-config.ts'
import { formatDepositId, parseDepositId } from '../../domain/deposits/deposit-id.ts'
import { notFound, refused } from '../session/cli-error.ts'
import type { Outcome, Session } from '../session/outcome.ts'
import { withDatabase } from '../session/with-database.ts'
import { withFailures } from '../session/with-failures.ts'

interface DropArguments {
  readonly id: string
  readonly operator: string
  readonly reason: string
}

/**
 * Deletes one message; a deposit that it names becomes `ignored(dropped by <operator>)`. The row is
 * written first: after a crash in between, the message still exists and the same command deletes it.
 */
export async function failuresDrop(args: DropArguments, session: Session): Promise<Outcome> {
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
 * Only a JSON body with the field at its top level names a deposit. Other text that contains an id
 * must not drop a healthy deposit.
 */
function depositIdOf(body: string): string | undefined {
  try {
    const { depositId } = JSON.parse(body) as { readonly depositId?: unknown }
    return typeof depositId === 'string' ? formatDepositId(parseDepositId(depositId)) : undefined
  } catch {
    return undefined
  }
}
