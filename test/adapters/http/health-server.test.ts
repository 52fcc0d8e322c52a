import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { Check } from '../../../adapters/http/find-problems.ts'
import { startHealthServer } from '../../../adapters/http/health-server.ts'
import { createLog } from '../../../adapters/pino/create-log.ts'
import { createMetrics } from '../../../adapters/prom-client/create-metrics.ts'
import type { Loop } from '../../../runtime/loop.ts'

const host = '127.0.0.1'
const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

function loop(name: string, problem?: string): Loop {
  return { name, run: async () => {}, problem: () => problem }
}

async function serve(given: {
  loops?: readonly Loop[]
  checks?: Readonly<Record<string, Check>>
  port?: number | undefined
}) {
  const lines: string[] = []
  const server = await startHealthServer({
    process: 'scanner',
    host,
    port: 'port' in given ? given.port : 0,
    loops: given.loops ?? [],
    checks: given.checks ?? {},
    metrics: createMetrics({ processMetrics: false }),
    log: createLog({ level: 'info', write: (line) => lines.push(line) }),
  })
  closers.push(server.close)
  const get = (path: string, init?: RequestInit) =>
    fetch(`http://${host}:${server.port}${path}`, init)
  return { server, get, lines }
}

describe('the health server', () => {
  it('reports alive even if a loop has a problem', async () => {
    const { get } = await serve({ loops: [loop('scanner:56', 'behind')] })
    const response = await get('/healthz')
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ alive: true })
  })

  it('reports ready while no loop and no check has a problem', async () => {
    const { get } = await serve({ loops: [loop('relay')], checks: { database: () => undefined } })
    const response = await get('/readyz')
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ ready: true, troubles: [] })
  })

  it('returns 503 with every problem, and only the class of an error that a check threw (MONEY 19)', async () => {
    class DatabaseAway extends Error {}
    const { get } = await serve({
      loops: [loop('relay'), loop('scanner:56', '900 blocks behind')],
      checks: {
        database: async () => {
          throw new DatabaseAway('postgres://bob:secret@db/x')
        },
      },
    })
    const response = await get('/readyz')
    expect(response.status).toBe(503)
    expect(await response.json()).toEqual({
      ready: false,
      troubles: [
        { name: 'scanner:56', trouble: '900 blocks behind' },
        { name: 'database', trouble: 'the check failed: DatabaseAway' },
      ],
    })
  })

  it('reports a check that never answers after 2 s', async () => {
    const { get } = await serve({ checks: { temporal: () => new Promise(() => {}) } })
    const response = await get('/readyz')
    expect(await response.json()).toMatchObject({
      troubles: [{ name: 'temporal', trouble: 'no answer within 2000 ms' }],
    })
  })

  it('serves metrics, and refuses other methods and unknown paths', async () => {
    const { get } = await serve({})
    const metrics = await get('/metrics')
    expect(metrics.headers.get('content-type')).toContain('text/plain')
    expect((await get('/metrics', { method: 'POST' })).status).toBe(405)
    expect((await get('/nothing')).status).toBe(404)
  })

  it('throws an error with the port if the configured port is taken', async () => {
    const other = createServer().listen(0, host)
    await new Promise((resolve) => other.once('listening', resolve))
    closers.push(() => new Promise((resolve) => other.close(resolve)))
    const { port } = other.address() as AddressInfo
    await expect(serve({ port })).rejects.toThrow(/HTTP_PORT \d+ on 127.0.0.1 is taken/)
  })

  it('uses any free port, with a warning, if the default port is taken', async () => {
    const first = await serve({ port: undefined })
    const second = await serve({ port: undefined })
    expect(second.server.port).not.toBe(first.server.port)
    expect(second.lines.join('')).toContain('default port taken')
  })
})
