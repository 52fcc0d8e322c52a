import type { Server, ServerOptions } from 'node:http'
import type { Socket } from 'node:net'

/**
 * Maximum number of connections to the health server. Probes and a scraper need a handful. The
 * process keeps its other file descriptors for its own connections.
 */
export const mostConnections = 32

/** Limits of one request. A probe's request is one small header without a body. */
export const requestLimits: ServerOptions = {
  maxHeaderSize: 8_192,
  headersTimeout: 3_000,
  requestTimeout: 5_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
}

/** Timeout, after which a connection is closed if its peer does not read the answer. */
const idleMs = 10_000

/**
 * Limits the server to `most` connections. A further connection closes the oldest connection, so
 * that probes are answered while a client holds connections open or sends headers byte by byte.
 */
export function boundConnections(server: Server, most = mostConnections): void {
  const open = new Set<Socket>()
  server.maxHeadersCount = 64
  server.maxRequestsPerSocket = 100
  server.setTimeout(idleMs, (socket) => socket.destroy())
  server.on('connection', (socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
    if (open.size <= most) return
    const [oldest] = open
    if (!oldest) return
    open.delete(oldest)
    oldest.destroy()
  })
}
