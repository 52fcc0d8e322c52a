import { type ChannelModel, connect } from 'amqplib'
import { BusUnreachable } from '../../domain/errors.ts'
import type { Log } from '../../domain/process.ts'
import { beforeDeadline } from './deadline.ts'
import { translateBusError } from './errors.ts'

/** In seconds. A broker that is silent for two to three heartbeats counts as lost. */
const heartbeat = '5'

/**
 * One connection to RabbitMQ, which amqplib reopens after a loss. Use separate connections for
 * publishing and consuming, because a broker that is short of memory stops reading from connections
 * that publish.
 */
export interface Bus {
  readonly prefix: string
  /**
   * The current connection. @throws BusUnreachable at once while there is none, or while the broker
   * blocks publishing
   */
  connection(): ChannelModel
  /** Waits for a connection. @throws BusUnreachable with the last cause */
  ready(limitMs: number): Promise<void>
  /** Calls back on every new connection. Returns the unsubscribe function. */
  onConnected(listener: () => void): () => void
  /** Why messages cannot be sent now; undefined if nothing prevents it. */
  problem(): string | undefined
  close(): Promise<void>
}

export interface BusOptions {
  readonly url: string
  /** Prefix of every queue and exchange name. */
  readonly prefix: string
  /** Shown in RabbitMQ's list of connections, such as `coldsweep relay`. */
  readonly name: string
  readonly log: Log
}

/**
 * Opens a connection in the background and returns at once; the broker may become reachable later.
 */
export async function connectBus({ url, prefix, name, log }: BusOptions): Promise<Bus> {
  let current: ChannelModel | undefined
  let lastError: Error = new BusUnreachable('RabbitMQ is not connected yet')
  let blocked: string | undefined
  const listeners = new Set<() => void>()

  // amqplib's option `setup` is not used: if it fails while the broker dies, amqplib 2.3 waits
  // forever to close that connection.
  const recovering = await connect(withHeartbeat(url), {
    timeout: 5_000,
    noDelay: true,
    keepAlive: true,
    clientProperties: { connection_name: name },
    recovery: { initialDelay: 100, maxDelay: 3_000, waitForConnect: false },
  })
  const lost = (error: unknown) => {
    current = undefined
    blocked = undefined
    lastError = translateBusError(error)
  }
  recovering.on('connect', (model) => {
    current = model
    log.info({ bus: name }, 'connected to RabbitMQ')
    for (const listener of [...listeners]) listener()
  })
  recovering.on('disconnect', (error) => {
    lost(error)
    log.warn({ bus: name, reason: lastError.message }, 'RabbitMQ connection lost; reconnecting')
  })
  recovering.on('connect-failed', (error) => {
    lost(error)
    log.debug(
      { bus: name, reason: lastError.message },
      'RabbitMQ connection attempt failed; retrying',
    )
  })
  recovering.on('error', () => {}) // logged by the disconnect that follows
  recovering.on('blocked', (reason) => {
    blocked = reason
    log.warn({ bus: name, reason }, 'RabbitMQ blocked publishing')
  })
  recovering.on('unblocked', () => {
    blocked = undefined
  })

  return {
    prefix,
    connection() {
      if (current === undefined) throw lastError
      if (blocked !== undefined) throw new BusUnreachable(`RabbitMQ takes no messages: ${blocked}`)
      return current
    },
    async ready(limitMs) {
      if (current !== undefined) return
      try {
        await beforeDeadline(
          new Promise<void>((resolve) => recovering.once('connect', () => resolve())),
          limitMs,
          'answer',
        )
      } catch {
        throw lastError
      }
    },
    onConnected(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    problem: () =>
      current === undefined
        ? lastError.message
        : blocked && `RabbitMQ takes no messages: ${blocked}`,
    async close() {
      listeners.clear()
      // A broker that hangs never answers the close. A missed heartbeat then ends the connection.
      await beforeDeadline(recovering.close(), 3_000, 'close the connection').catch(() => {})
    },
  }
}

function withHeartbeat(url: string): string {
  const parsed = new URL(url)
  if (!parsed.searchParams.has('heartbeat')) parsed.searchParams.set('heartbeat', heartbeat)
  return parsed.href
}
