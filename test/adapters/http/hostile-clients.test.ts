import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { boundConnections, mostConnections } from '../../../adapters/http/bound-connections.ts'
import { type HealthServer, startHealthServer } from '../../../adapters/http/health-server.ts'
import { createLog } from '../../../adapters/pino/create-log.ts'
import { eventually } from '../../harness/waiting/eventually.ts'

const host = '127.0.0.1'

describe('the health server and hostile clients', () => {
  let server: HealthServer
  let checks = 0
  let expositions = 0
  const sockets: Socket[] = []
  const open = async (send = ''): Promise<Socket> => {
    const socket = connect(server.port, host)
    sockets.push(socket)
    socket.on('error', () => {})
    socket.resume()
    await once(socket, 'connect')
    socket.write(send)
    return socket
  }
  const get = (path: string, init?: RequestInit) =>
    fetch(`http://${host}:${server.port}${path}`, init)
  const isOpen = (socket: Socket) => !socket.closed
  beforeEach(async () => {
    checks = 0
    expositions = 0
    server = await startHealthServer({
      process: 'worker',
      version: '1.2.3',
      host,
      port: 0,
      loops: [],
      checks: {
        counted: () => {
          checks += 1
          return undefined
        },
      },
      metrics: {
        gauge() {},
        contentType: 'text/plain',
        async exposition() {
          expositions += 1
          return 'x 1\n'
        },
      },
      log: createLog({ level: 'error', write: () => {} }),
    })
  })
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy()
    await server.close()
  })

  it('keeps few connections open and answers a probe while clients open hundreds of connections', async () => {
    for (let n = 0; n < 300; n += 1) await open('GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ')
    expect((await get('/healthz')).status).toBe(200)
    await eventually(
      async () => sockets.filter(isOpen).length,
      (left) => left <= mostConnections,
      10_000,
    )
  })

  it('closes a connection whose headers never end, and a connection without a request', async () => {
    const slow = await open('GET /healthz HTTP/1.1\r\nHost: x\r\n')
    const silent = await open()
    const drip = setInterval(() => slow.write('a'), 100)
    try {
      await eventually(
        async () => [slow, silent].filter(isOpen).length,
        (left) => left === 0,
        20_000,
      )
    } finally {
      clearInterval(drip)
    }
  }, 30_000)

  it('refuses large headers', async () => {
    const response = await get('/healthz', { headers: { 'x-large': 'a'.repeat(9_000) } })
    expect(response.status).toBe(431)
  })

  it('refuses a body without reading it', async () => {
    const response = await get('/healthz', { method: 'POST', body: 'a'.repeat(10_000) })
    expect([response.status, response.headers.get('connection')]).toEqual([405, 'close'])
  })

  it('runs the checks and renders the metrics about once a second, however many requests arrive', async () => {
    const many = Array.from({ length: 20 })
    const began = performance.now()
    await Promise.all(many.map(() => get('/readyz').then((it) => it.text())))
    await Promise.all(many.map(() => get('/metrics').then((it) => it.text())))
    const seconds = Math.floor((performance.now() - began) / 1000)
    expect(checks).toBeLessThanOrEqual(seconds + 2)
    expect(expositions).toBeLessThanOrEqual(seconds + 2)
  })
})

describe('a server with a limit of connections', () => {
  it('closes the oldest connection for each new connection above the limit', async () => {
    // The timeouts are off, because they would also close connections.
    const server = createServer({ headersTimeout: 0, requestTimeout: 0 })
    boundConnections(server, 3)
    server.listen(0, host)
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const closed: number[] = []
    const sockets: Socket[] = []
    try {
      for (let n = 0; n < 5; n += 1) {
        const socket = connect(port, host)
        sockets.push(socket)
        socket.on('error', () => {})
        socket.on('close', () => closed.push(n))
        socket.resume()
        await once(socket, 'connect')
      }
      await eventually(
        async () => closed.length,
        (count) => count >= 2,
      )
      expect(closed.toSorted()).toEqual([0, 1])
    } finally {
      for (const socket of sockets) socket.destroy()
      server.close()
    }
  })
})
