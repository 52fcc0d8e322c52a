import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { Check } from '../../../adapters/http/find-problems.ts'
import { PortTaken, startHealthServer } from '../../../adapters/http/health-server.ts'
import { createLog } from '../../../adapters/pino/create-log.ts'
import { createMetrics } from '../../../adapters/prom-client/create-metrics.ts'
import type { Loop } from '../../../runtime/loop.ts'
import { eventually } from '../../harness/waiting/eventually.ts'

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
  host?: string
}) {
  const lines: string[] = []
  const server = await startHealthServer({
    process: 'scanner',
    version: '1.2.3',
    host: given.host ?? host,
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

describe('the health server, which serves /healthz, /readyz and /metrics', () => {
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

  it('returns 503 with every problem, and shows only the class of an error that a check threw (MONEY 19)', async () => {
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

  it('reports a problem if a check does not answer within 2 s', async () => {
    const { get } = await serve({ checks: { temporal: () => new Promise(() => {}) } })
    const response = await get('/readyz')
    expect(await response.json()).toMatchObject({
      troubles: [{ name: 'temporal', trouble: 'no answer within 2000 ms' }],
    })
  })

  it('publishes the answer of /readyz as metrics, by part', async () => {
    let trouble: string | undefined = 'away'
    const { get } = await serve({ loops: [loop('relay')], checks: { database: () => trouble } })
    const seen = async () => (await (await get('/metrics')).text()).split('\n')
    const before = await seen()
    expect(before).toContain('coldsweep_build_info{process="scanner",version="1.2.3"} 1')
    expect(before).toContain('coldsweep_ready{process="scanner"} 0')
    expect(before).toContain('coldsweep_part_ready{process="scanner",part="relay"} 1')
    expect(before).toContain('coldsweep_part_ready{process="scanner",part="database"} 0')
    trouble = undefined
    const after = await eventually(seen, (lines) =>
      lines.includes('coldsweep_part_ready{process="scanner",part="database"} 1'),
    )
    expect(after).toContain('coldsweep_ready{process="scanner"} 1')
  })

  it('serves metrics, and refuses other methods and unknown paths', async () => {
    const { get } = await serve({})
    const metrics = await get('/metrics')
    expect(metrics.headers.get('content-type')).toContain('text/plain')
    expect((await get('/metrics', { method: 'POST' })).status).toBe(405)
    expect((await get('/nothing')).status).toBe(404)
  })

  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['0.0.0.0', '127.0.0.1'],
    ['127.0.0.1', '0.0.0.0'],
    ['::', '127.0.0.1'],
  ])(
    'throws PortTaken with the process that holds the port (%s, then %s)',
    async (taken, wanted) => {
      const other = createServer().listen(0, taken)
      await new Promise((resolve) => other.once('listening', resolve))
      closers.push(() => new Promise((resolve) => other.close(resolve)))
      const { port } = other.address() as AddressInfo
      const holder = process.platform === 'linux' ? `pid ${process.pid} \\(` : 'another process'
      const starting = serve({ port, host: wanted })
      await expect(starting).rejects.toThrow(
        new RegExp(`HTTP_PORT ${port} on ${wanted} is taken by ${holder}`),
      )
      await expect(starting).rejects.toBeInstanceOf(PortTaken)
    },
  )

  it('throws PortTaken if the default port is taken, so that no scraper reads another process', async () => {
    const first = createServer()
    const holds = await new Promise((resolve) => {
      // Another process of this machine may hold the port already, which serves the test as well.
      first.once('error', () => resolve(false))
      first.listen(9464, host, () => resolve(true))
    })
    if (holds === true) closers.push(() => new Promise((resolve) => first.close(resolve)))
    await expect(serve({ port: undefined })).rejects.toThrow(/HTTP_PORT 9464 on 127.0.0.1 is taken/)
  })
})
