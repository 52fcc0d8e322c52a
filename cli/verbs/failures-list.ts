import { redactText } from '../../adapters/pino/redact-text.ts'
import { loadConfig } from '../../config/load-config.ts'
import type { FailedMessage } from '../../domain/outbox/failures.ts'
import { printable } from '../../domain/printable.ts'
import type { Outcome, Session } from '../session/outcome.ts'
import type { Paint } from '../session/paint.ts'
import { withFailures } from '../session/with-failures.ts'

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
