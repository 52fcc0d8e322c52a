import { connect, type Socket } from 'node:net'
import postgres, { type Sql } from 'postgres'

export interface ClientOptions {
  /** Shown in pg_stat_activity. */
  readonly applicationName: string
  /** Server settings for this connection, with the names and values of SQL's `set`. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>
  /** Called when the connection has ended, from either side. */
  readonly onClose?: () => void
}

/** The argument that the driver passes to its option `socket`. */
interface Target {
  readonly host: string[]
  readonly port: number[]
  /** Path of a Unix socket. */
  readonly path: string | false | undefined
}

const connectWithinMs = 5_000

/**
 * Opens a client for one connection. The client connects once, at its first statement. After the
 * connection is lost, the client refuses every statement. Works around faults 1 and 2 of the README
 * in this folder.
 */
export function openPostgresClient(url: string, options: ClientOptions): Sql {
  const { applicationName, settings, onClose } = options
  // Options of the driver (src/index.js, 3.4.9) that its types lack.
  const dialler = dialOnce()
  const untyped: object = { socket: dialler.dial, ...(onClose ? { onclose: onClose } : {}) }
  const sql = postgres(url, {
    ...untyped,
    max: 1,
    connect_timeout: connectWithinMs / 1_000,
    idle_timeout: 60,
    // By default the driver reads pg_type at each connect. Only custom array types need that, and
    // coldsweep has none.
    fetch_types: false,
    onnotice: () => {},
    connection: { application_name: applicationName, ...settings },
  })
  const end = sql.end.bind(sql)
  return Object.assign(sql, {
    end(how?: { timeout?: number }) {
      // Without this, the driver would accept the connection that is still being dialled, and keep
      // it open.
      if (how?.timeout === 0) dialler.stop()
      return end(how)
    },
  })
}

/** Returns a dialler that tries the URL's hosts (`host1:port1,host2:port2`) in turn, each once. */
function dialOnce() {
  const stopped = new AbortController()
  let hosts: { readonly host: string; readonly port: number | undefined }[] | undefined
  return {
    stop: () => stopped.abort(),
    async dial({ host, port, path }: Target): Promise<Socket> {
      hosts ??= host.map((name, index) => ({ host: name, port: port[index] }))
      // With several hosts the driver swallows errors and dials the hosts in turn forever.
      host.length = 1
      let failure: unknown = connectionClosed()
      for (let next = hosts.shift(); next && !stopped.signal.aborted; next = hosts.shift()) {
        const to = path ? { path } : { host: next.host, port: next.port ?? 5432 }
        try {
          return await connectTo(to, stopped.signal)
        } catch (error) {
          failure = error
        }
      }
      throw failure
    },
  }
}

type Place = { readonly path: string } | { readonly host: string; readonly port: number }

function connectTo(to: Place, stopped: AbortSignal) {
  return new Promise<Socket>((resolve, reject) => {
    const socket = connect(to)
    const late = setTimeout(() => {
      const error = Object.assign(new Error('no connection in time'), { code: 'CONNECT_TIMEOUT' })
      socket.destroy(error)
    }, connectWithinMs)
    const giveUp = () => socket.destroy(connectionClosed())
    stopped.addEventListener('abort', giveUp, { once: true })
    const settled = () => {
      clearTimeout(late)
      stopped.removeEventListener('abort', giveUp)
    }
    socket.once('error', reject)
    socket.once('close', settled)
    socket.once('connect', () => {
      settled()
      // The driver checks the certificate against this name.
      resolve(Object.assign(socket, 'host' in to ? { host: to.host } : {}))
    })
  })
}

/** Returns an error with the driver's code, so that `isLoss` recognises it. */
function connectionClosed(): Error {
  return Object.assign(new Error('the connection has ended'), { code: 'CONNECTION_CLOSED' })
}
