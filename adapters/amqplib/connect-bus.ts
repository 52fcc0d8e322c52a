import { type ChannelModel, connect } from 'amqplib'
import { BusUnreachable } from '../../domain/errors.ts'
import type { Log } from '../../domain/process.ts'
import { beforeDeadline } from './deadline.ts'
import { translateBusError } from './errors.ts'

/** Seconds; a broker that is silent for two to three of them counts as lost. */
const heartbeat = '5'

/**
 * One connection that amqplib's recovery keeps up. Use one for publishing and another for
 * consuming: a broker that is short of memory stops reading from those that publish.
 */
export interface Bus {
  readonly prefix: string
  /** The connection as it is now; throws `BusUnreachable` at once while there is none. */
  connection(): ChannelModel
  /** Waits for a connection; throws `BusUnreachable` with the last cause. */
  ready(limitMs: number): Promise<void>
  /** Calls back on every new connection. Returns how to stop that. */
  onConnected(listener: () => void): () => void
  trouble(): string | undefined
  close(): Promise<void>
}

export interface BusOptions {
  readonly url: string
  /** Stands before the name of every queue and exchange. */
  readonly prefix: string
  /** Shown in RabbitMQ's list of connections, such as `coldsweep relay`. */
  readonly name: string
  readonly log: Log
}

/** Returns at once; the broker may come later. */
export async function connectBus({ url, prefix, name, log }: BusOptions): Promise<Bus> {
  let current: ChannelModel | undefined
  let fault: Error = new BusUnreachable('RabbitMQ is not connected yet')
  let blocked: string | undefined
  const listeners = new Set<() => void>()

  // No `setup`: while one fails and the broker dies, amqplib 2.3 waits for ever to close that
  // connection.
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
    fault = translateBusError(error)
  }
  recovering.on('connect', (model) => {
    current = model
    log.info({ bus: name }, 'connected to RabbitMQ')
    for (const listener of [...listeners]) listener()
  })
  recovering.on('disconnect', (error) => {
    lost(error)
    log.warn({ bus: name, reason: fault.message }, 'lost RabbitMQ')
  })
  recovering.on('connect-failed', (error) => {
    lost(error)
    log.debug({ bus: name, reason: fault.message }, 'RabbitMQ is still away')
  })
  recovering.on('error', () => {}) // the disconnect that follows says it
  recovering.on('blocked', (reason) => {
    blocked = reason
    log.warn({ bus: name, reason }, 'RabbitMQ takes no messages for now')
  })
  recovering.on('unblocked', () => {
    blocked = undefined
  })

  return {
    prefix,
    connection() {
      if (current === undefined) throw fault
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
        throw fault
      }
    },
    onConnected(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    trouble: () =>
      current === undefined ? fault.message : blocked && `RabbitMQ takes no messages: ${blocked}`,
    async close() {
      listeners.clear()
      // A broker that hangs would never say goodbye; the heartbeat ends that connection.
      await beforeDeadline(recovering.close(), 3_000, 'say goodbye').catch(() => {})
    },
  }
}

function withHeartbeat(url: string): string {
  const parsed = new URL(url)
  if (!parsed.searchParams.has('heartbeat')) parsed.searchParams.set('heartbeat', heartbeat)
  return parsed.href
}
