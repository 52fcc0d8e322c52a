import { fileURLToPath } from 'node:url'
import type { Run, StartedProcess } from '../../run/run.ts'
import { lastLines, waitForService } from '../../run/wait-for-service.ts'
import {
  type KeeperKey,
  type ProductEnvironment,
  withoutProductNames,
} from './product-environment.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
/** The command as a person types it in a checkout, after `node`. */
export const COLDSWEEP = ['cli/coldsweep.mjs']

export type LongRunning = 'scanner' | 'worker'

/**
 * coldsweep as users run it: CLI commands, and two long-running processes (scanner and worker) that
 * report their readiness on /readyz.
 */
export interface Product {
  /**
   * Runs a CLI command to its end. Throws with the last lines of its log when its exit code is not
   * 0.
   */
  verb(name: string, args: readonly string[]): Promise<void>
  /** Starts or restarts the process. Resolves when the process is ready. */
  start(name: LongRunning): Promise<void>
  /** Sends SIGKILL to the process and its children. Resolves when the process has ended. */
  kill(name: LongRunning): Promise<void>
  /** Describes a long-running process that ended unexpectedly; undefined if none did. */
  problem(): string | undefined
  /** URL of /readyz on the process's health server, which also serves /healthz and /metrics. */
  readyUrl(name: LongRunning): string
  readonly logFiles: ReadonlySet<string>
}

/** Prepares to run coldsweep with this environment. Starts nothing yet. */
export async function openProduct(
  run: Run,
  env: ProductEnvironment,
  keeperKey: KeeperKey,
): Promise<Product> {
  const shell = withoutProductNames(process.env)
  const ports = { scanner: await run.freePort(), worker: await run.freePort() }
  const running = new Map<LongRunning, StartedProcess>()
  const logFiles = new Set<string>()

  function startCli(log: string, args: readonly string[], more: NodeJS.ProcessEnv): StartedProcess {
    const started = run.start({
      name: log,
      command: process.execPath,
      args: [...COLDSWEEP, ...args],
      env: { ...shell, ...env, ...more },
      cwd: ROOT,
    })
    logFiles.add(started.logFile)
    return started
  }

  return {
    logFiles,
    readyUrl: (name) => `http://127.0.0.1:${ports[name]}/readyz`,
    async verb(name, args) {
      const started = startCli(name, args, {})
      const code = await started.ended
      if (code === 0) return
      throw new Error(`coldsweep ${args[0]} ended with ${code}\n${lastLines(started.logFile)}`)
    },
    async start(name) {
      const port = ports[name]
      const key = name === 'worker' ? keeperKey : {}
      const started = startCli(name, [name], { HTTP_PORT: String(port), ...key })
      running.set(name, started)
      await waitForService(`coldsweep ${name}`, started, () => askReady(port))
    },
    async kill(name) {
      const started = running.get(name)
      running.delete(name)
      if (!started || started.exitCode !== undefined) return
      process.kill(-started.pid, 'SIGKILL')
      await started.ended
    },
    problem() {
      for (const [name, { exitCode, logFile }] of running) {
        if (exitCode !== undefined)
          return `coldsweep ${name} ended with ${exitCode}\n${lastLines(logFile)}`
      }
      return undefined
    },
  }
}

async function askReady(port: number): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/readyz`, {
    signal: AbortSignal.timeout(2_000),
  })
  if (!response.ok) throw new Error(`/readyz answers ${response.status}: ${await response.text()}`)
}
