import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/**
 * A TCP proxy in front of a real service. A test cuts, freezes and restores its connections without
 * an effect on the service.
 */
export interface OwnProxy {
  readonly port: number
  /** Closes all open connections, and every new connection until `restore`. */
  cut(): void
  /** Like `cut`, but with a TCP reset, which the peer receives as an error. */
  reset(): void
  /** Cuts the connections after the service has sent this number of bytes more. */
  cutAfter(bytes: number): void
  /**
   * Keeps connections open and accepts new connections, but passes no data, like a reachable and
   * silent peer.
   */
  freeze(): void
  restore(): void
  close(): Promise<void>
}

export async function ownProxy(host: string, port: number): Promise<OwnProxy> {
  let mode: 'pass' | 'cut' | 'freeze' = 'pass'
  let passes = Number.POSITIVE_INFINITY
  const lines = new Set<Socket>()
  const server = createServer((near) => {
    lines.add(near)
    near.on('error', () => {})
    near.once('close', () => lines.delete(near))
    if (mode === 'cut') return void near.destroy()
    const far = connect(port, host)
    far.on('error', () => near.destroy())
    near.once('close', () => far.destroy())
    far.once('close', () => near.destroy())
    const pass = (from: Socket, to: Socket) =>
      from.on('data', (bytes) => {
        if (mode === 'pass') to.write(bytes)
      })
    pass(near, far)
    pass(far, near)
    far.on('data', (bytes) => {
      passes -= bytes.length
      if (passes < 0) cut()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const breakAll = () => {
    for (const line of lines) line.destroy()
  }
  const cut = () => {
    mode = 'cut'
    breakAll()
  }
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    reset() {
      mode = 'cut'
      for (const line of lines) line.resetAndDestroy()
    },
    cutAfter(bytes) {
      passes = bytes
    },
    freeze() {
      mode = 'freeze'
    },
    restore() {
      // A frozen connection has lost bytes, so it cannot continue.
      if (mode === 'freeze') breakAll()
      mode = 'pass'
      passes = Number.POSITIVE_INFINITY
    },
    async close() {
      breakAll()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
