import type { ConfirmChannel } from 'amqplib'
import type { Bus } from './connect-bus.ts'
import { closeChannel, openChannel } from './open-channel.ts'
import { type Outgoing, publishConfirmed } from './publish-confirmed.ts'

/** How long the broker may take to confirm. */
const limitMs = 10_000

/**
 * Publishes on one channel, opened when first needed and again after it was lost. A failure ends
 * the channel, because the next one declares the queues again; what was under way on it is thrown
 * back as `BusUnreachable`.
 */
export function confirmingSender(bus: Bus): (message: Outgoing) => Promise<void> {
  let current: Promise<ConfirmChannel> | undefined

  function forget(channel: Promise<ConfirmChannel>): void {
    if (current === channel) current = undefined
  }

  function open(): Promise<ConfirmChannel> {
    const opening = openChannel(bus)
    const lost = () => forget(opening)
    opening.then((channel) => channel.once('close', lost), lost)
    return opening
  }

  return async (message) => {
    bus.connection() // throws at once while the broker is away
    current ??= open()
    const opening = current
    const channel = await opening
    try {
      await publishConfirmed(channel, message, limitMs)
    } catch (error) {
      forget(opening)
      void closeChannel(channel)
      throw error
    }
  }
}
