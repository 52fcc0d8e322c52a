import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/**
 * A TCP line to a real service that a test can cut, freeze and mend, without touching the service.
 */
export interface OwnProxy {
  readonly port: number
  /** Breaks what is open and hangs up on everyone who comes. */
  cut(): void
  /** The same with a reset: the peer gets an error where `cut` gives it an end. */
  reset(): void
  /** Cuts once so many more bytes of the service have passed. */
  cutAfter(bytes: number): void
  /**
   * Keeps lines open, and takes new ones, but nothing passes any more: a peer that is there and
   * silent.
   */
  freeze(): void
  mend(): void
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
    mend() {
      // What was frozen has lost bytes and can't go on.
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
