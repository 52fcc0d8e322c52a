import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { aFile } from '../../harness/factories/a-config.ts'
import { root } from '../run-tool.ts'

/** No service has this address. The processes wait for their services and serve HTTP meanwhile. */
const nowhere = '127.0.0.1:1'

const env = {
  DATABASE_URL: `postgres://u:p@${nowhere}/own`,
  CENTRAL_DATABASE_URL: `postgres://u:p@${nowhere}/central`,
  REDIS_URL: `redis://${nowhere}`,
  RABBITMQ_URL: `amqp://${nowhere}`,
  TEMPORAL_ADDRESS: nowhere,
  GAS_KEEPER_PRIVATE_KEY: `0x${'1'.repeat(64)}`,
  LOG_LEVEL: 'info',
}

/** Long, because a process first compiles the product's TypeScript, slowly on a busy machine. */
const startLimitMs = 120_000

export interface StartedProcess {
  readonly process: 'scanner' | 'worker'
  readonly defaultPort: number
  readonly answers: Readonly<Record<string, Answer>>
  /** The text of `/metrics` before the process has read any block. */
  readonly exposition: string
}

interface Answer {
  readonly status: number
  readonly contentType: string | null
  /** Keys of a JSON body. */
  readonly keys?: readonly string[]
}

let started: Promise<readonly StartedProcess[]> | undefined

/**
 * Starts scanner and worker with their verbs, reads their HTTP answers and stops them. Later calls
 * return the same result.
 */
export function startedProcesses(): Promise<readonly StartedProcess[]> {
  started ??= Promise.all((['scanner', 'worker'] as const).map(startAndAsk))
  return started
}

/** Returns the default port and the HTTP answers of scanner and worker. */
export async function readHttp(): Promise<unknown> {
  const processes = await startedProcesses()
  return Object.fromEntries(
    processes.map(({ process, defaultPort, answers }) => [process, { defaultPort, answers }]),
  )
}

/** Starts a process on the default port, or on a free port if another process has that one. */
async function startAndAsk(verb: StartedProcess['process']): Promise<StartedProcess> {
  try {
    return await startOn(verb, {})
  } catch (error) {
    const [, taken] = /HTTP_PORT (\d+) on \S+ is taken/.exec(String(error)) ?? []
    if (taken === undefined) throw error
    return { ...(await startOn(verb, { HTTP_PORT: '0' })), defaultPort: Number(taken) }
  }
}

async function startOn(
  verb: StartedProcess['process'],
  more: Readonly<Record<string, string>>,
): Promise<StartedProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'coldsweep-surface-'))
  writeFileSync(join(folder, 'coldsweep.yaml'), aFile())
  const child = spawn(process.execPath, [join(root, 'cli/coldsweep.mjs'), verb], {
    cwd: folder,
    env: { PATH: '/usr/bin:/bin', ...env, ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  try {
    const port = await portOf(child)
    const base = `http://127.0.0.1:${port}`
    const exposition = await (await fetch(`${base}/metrics`)).text()
    const answers: Record<string, Answer> = {}
    for (const [method, path] of [
      ['GET', '/healthz'],
      ['GET', '/readyz'],
      ['GET', '/metrics'],
      ['GET', '/'],
      ['POST', '/metrics'],
    ] as const) {
      answers[`${method} ${path}`] = await ask(method, base + path)
    }
    return { process: verb, defaultPort: port, answers, exposition }
  } finally {
    child.kill('SIGKILL')
    rmSync(folder, { recursive: true })
  }
}

async function ask(method: string, url: string): Promise<Answer> {
  const response = await fetch(url, { method })
  const contentType = response.headers.get('content-type')
  const text = await response.text()
  if (contentType !== 'application/json') return { status: response.status, contentType }
  const keys = Object.keys(JSON.parse(text) as object)
  return { status: response.status, contentType, keys }
}

/** Reads the port from the log of a process. */
function portOf(child: ChildProcess): Promise<number> {
  const said: string[] = []
  return new Promise((resolve, reject) => {
    const fail = () => {
      clearTimeout(timer)
      reject(new Error(`the process does not serve HTTP:\n${said.join('\n')}`))
    }
    const timer = setTimeout(fail, startLimitMs)
    const hear = (line: string) => {
      said.push(line)
      const { port } = parseLine(line)
      if (port === undefined) return
      clearTimeout(timer)
      resolve(port)
    }
    for (const input of [child.stdout, child.stderr]) {
      if (input) createInterface({ input }).on('line', hear)
    }
    child.once('close', fail)
  })
}

function parseLine(line: string): { port?: number } {
  try {
    return JSON.parse(line) as { port?: number }
  } catch {
    return {}
  }
}
