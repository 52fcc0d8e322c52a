import { createHash, randomUUID } from 'node:crypto'
import type { Message, Options } from 'amqplib'
import type { FailedMessage } from '../../domain/outbox/failed-messages.ts'

const names = {
  id: 'failure-id',
  queue: 'failure-queue',
  reason: 'failure-reason',
  failedAt: 'failure-at',
} as const

/**
 * Returns the properties with which a failed message is moved to Processing_Failures: the message's
 * own headers, and headers that describe the failure. The body stays unchanged.
 */
export function failureProperties(
  failure: { readonly source: string; readonly reason: string },
  original: Message['properties'] | undefined,
): Options.Publish & { readonly messageId: string } {
  const id = randomUUID()
  return {
    contentType: original?.contentType ?? 'application/json',
    ...(original?.correlationId ? { correlationId: original.correlationId } : {}),
    messageId: textOf(original?.messageId) || id,
    headers: {
      ...ownHeaders(original?.headers),
      [names.id]: id,
      [names.queue]: failure.source,
      [names.reason]: failure.reason.slice(0, 1_000),
      [names.failedAt]: new Date().toISOString(),
    },
  }
}

/**
 * Returns the properties with which a failed message is requeued. They equal the original
 * properties, so that consumers see no difference.
 */
export function requeueProperties(
  failed: FailedMessage,
  original: Message['properties'],
): Options.Publish & { readonly messageId: string } {
  return {
    contentType: original.contentType ?? 'application/json',
    ...(original.correlationId ? { correlationId: original.correlationId } : {}),
    messageId: textOf(original.messageId) || failed.id,
    headers: ownHeaders(original.headers),
  }
}

/**
 * Reads a message of Processing_Failures. The failure is in our headers, or in the broker's headers
 * if the broker dead-lettered the message. A message without an id gets an id derived from its
 * content.
 */
export function toFailedMessage(message: Message, prefix: string): FailedMessage {
  const headers: Record<string, unknown> = message.properties.headers ?? {}
  const brokers = textOf(headers['x-first-death-reason'])
  const queue = textOf(headers[names.queue]) || textOf(headers['x-first-death-queue'])
  return {
    id: textOf(headers[names.id]) || madeId(message),
    queue: queue.startsWith(prefix) ? queue.slice(prefix.length) : queue,
    reason:
      textOf(headers[names.reason]) ||
      (brokers === 'delivery_limit'
        ? 'returned too often without an answer (delivery_limit)'
        : brokers || 'moved here by another program; no reason given'),
    failedAt: textOf(headers[names.failedAt]) || deathTime(headers),
    body: message.content.toString('utf8').slice(0, 2_000),
  }
}

function ownHeaders(headers: unknown): Record<string, unknown> {
  const ours: readonly string[] = Object.values(names)
  const kept = Object.entries(headers ?? {}).filter(
    ([name]) =>
      !ours.includes(name) && !/^x-(death|first-death|last-death|delivery|acquired)/.test(name),
  )
  return Object.fromEntries(kept)
}

function madeId({ properties, content }: Message): string {
  const hash = createHash('sha256').update(textOf(properties.messageId)).update(content)
  return hash.digest('hex').slice(0, 32)
}

function deathTime(headers: Record<string, unknown>): string {
  const deaths = headers['x-death']
  const time: unknown = Array.isArray(deaths) ? deaths[0]?.time?.value : undefined
  const date = new Date(typeof time === 'number' ? time * 1_000 : Number.NaN)
  return Number.isNaN(date.getTime()) ? '' : date.toISOString()
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
