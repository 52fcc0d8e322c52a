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
 * Removes one message; a deposit that it names becomes `ignored(dropped by <operator>)`. The row is
 * written first: killed in between, the message is still there and the same command does the rest.
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
        'wait until its outcome is known; the message can be put back with "coldsweep failures requeue"',
      )
    }
    await failures.drop(args.id)
    const marked = dropped.kind === 'marked'
    return {
      data: { id: args.id, dropped: true, depositId: depositId ?? null, depositIgnored: marked },
      text: () =>
        `message ${args.id} is gone; ${marked ? `${depositId} is ignored now` : left(depositId, dropped.state)}`,
    }
  })
}

function left(depositId: string | undefined, state: string | undefined): string {
  if (depositId === undefined) return 'it named no deposit'
  if (state === undefined) return `there is no deposit ${depositId}`
  return `${depositId} stays ${state}`
}

/**
 * Only a body that is JSON and has the field at its top names a deposit: somebody's text that holds
 * an id in passing must not take a healthy deposit out of the work.
 */
function depositIdOf(body: string): string | undefined {
  try {
    const { depositId } = JSON.parse(body) as { readonly depositId?: unknown }
    return typeof depositId === 'string' ? formatDepositId(parseDepositId(depositId)) : undefined
  } catch {
    return undefined
  }
}
