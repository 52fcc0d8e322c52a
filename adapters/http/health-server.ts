import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Log, Metrics } from '../../domain/process.ts'
import type { Loop } from '../../runtime/loop.ts'
import { boundConnections, requestLimits } from './bound-connections.ts'
import { type Check, findProblems } from './find-problems.ts'
import { gaugeReadiness } from './gauge-readiness.ts'
import { findPortHolder } from './port-holder.ts'

const defaultPorts = { scanner: 9464, worker: 9465 } as const

interface HealthServerOptions {
  readonly process: keyof typeof defaultPorts
  /** Version of coldsweep, a label of `coldsweep_build_info`. */
  readonly version: string
  readonly host: string
  /** 0 means any free port. undefined means the default port of the process. */
  readonly port: number | undefined
  /** The list is read at each request, because loops may be added later. */
  readonly loops: readonly Loop[]
  readonly metrics: Pick<Metrics, 'gauge'> & {
    readonly contentType: string
    exposition(): Promise<string>
  }
  /**
   * Checks in addition to the loops. Each returns its problem in a few words, or undefined. An
   * error thrown by a check is a problem too.
   */
  readonly checks?: Readonly<Record<string, Check>>
  readonly log: Log
}

/** Another process listens on the port. */
export class PortTaken extends Error {
  /** @param holder that process; undefined where the system does not name it */
  constructor(host: string, port: number, holder: string | undefined) {
    super(`HTTP_PORT ${port} on ${host} is taken by ${holder ?? 'another process'}`)
    this.name = 'PortTaken'
  }
}

export interface HealthServer {
  readonly port: number
  close(): Promise<void>
}

/**
 * Serves `/healthz` (the process answers), `/readyz` (503 with the problems) and `/metrics`.
 * Answers of `/readyz` and `/metrics` are at most a second old. Throws `PortTaken` when
 * another process listens on the port: on another port, Prometheus would not find this process.
 */
export async function startHealthServer(options: HealthServerOptions): Promise<HealthServer> {
  const { host, port, log, loops, metrics, checks = {} } = options
  const problemsNow = remembering(() => findProblems(loops, checks))
  const metricsNow = remembering(async () => {
    const parts = [...loops.map(({ name }) => name), ...Object.keys(checks)]
    gaugeReadiness(metrics, options.process, parts, await problemsNow())
    return await metrics.exposition()
  })
  const build = { process: options.process, version: options.version }
  metrics.gauge('coldsweep_build_info', build, 1)
  const server = createServer(requestLimits, (request, response) => {
    const path = (request.url ?? '/').split('?')[0]
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      // The server does not read the request's body, so the connection cannot be used again.
      response.setHeader('connection', 'close')
      return sendJson(response, 405, { error: 'method not allowed; use GET or HEAD' })
    }
    const answer = async () => {
      if (path === '/healthz') {
        return sendJson(response, 200, { alive: true, upSeconds: Math.floor(process.uptime()) })
      }
      if (path === '/readyz') {
        const problems = await problemsNow()
        return sendJson(response, problems.length === 0 ? 200 : 503, {
          ready: problems.length === 0,
          troubles: problems,
        })
      }
      if (path === '/metrics') {
        const text = await metricsNow()
        return response.writeHead(200, { 'content-type': metrics.contentType }).end(text)
      }
      return sendJson(response, 404, { error: 'not found; paths: /healthz, /readyz, /metrics' })
    }
    answer().catch((error: unknown) => {
      log.error({ error, path }, 'health request failed')
      sendJson(response, 500, { error: 'internal error; see the log' })
    })
  })
  boundConnections(server)
  await listen(server, host, port ?? defaultPorts[options.process])
  // The server must not keep a process alive after its loops have stopped.
  server.unref()
  const bound = (server.address() as AddressInfo).port
  log.info({ host, port: bound }, 'serving /healthz, /readyz and /metrics')
  return {
    port: bound,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  try {
    await listenOn(server, host, port)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    throw new PortTaken(host, port, await findPortHolder(port))
  }
}

function listenOn(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  if (!response.headersSent) response.writeHead(status, { 'content-type': 'application/json' })
  response.end(`${JSON.stringify(body)}\n`)
}

/**
 * Caches an answer for `forMs`, and shares one call between concurrent callers. Frequent requests
 * therefore cost no more than one call per `forMs`. A failure is not cached.
 */
function remembering<T>(work: () => Promise<T>, forMs = 1_000): () => Promise<T> {
  let kept: { readonly answer: Promise<T>; until: number } | undefined
  return () => {
    if (kept && performance.now() < kept.until) return kept.answer
    const answer = work()
    const made = { answer, until: Number.POSITIVE_INFINITY }
    kept = made
    answer.then(
      () => {
        made.until = performance.now() + forMs
      },
      () => {
        if (kept === made) kept = undefined
      },
    )
    return answer
  }
}
