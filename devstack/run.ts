import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, chownSync, closeSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { reserveFreePort } from './free-port.ts'
import type { ProcessOfRun } from './processes-of-run.mjs'
import { tempFolder } from './temp-folder.ts'

export interface ProcessToStart {
  /** Names the log: `logs/<name>.log` in the run's folder. */
  name: string
  command: string
  args: string[]
  env?: NodeJS.ProcessEnv
  cwd?: string
  owner?: Owner | undefined
  /** What makes it stop at once without leaving children. Default SIGTERM; after 5 s it is SIGKILL for all. */
  stopSignal?: NodeJS.Signals
  /** Where its output goes: its log (default), or our own terminal. */
  output?: 'log' | 'inherit'
}

export interface StartedProcess {
  pid: number
  logFile: string
  /** The code it ended with; a signal counts as 128 + its number, a failed start as 127. Never rejects. */
  ended: Promise<number>
  /** Set once it has ended. */
  exitCode: number | undefined
}

/** The user that a process runs as, where ours (root) will not do. */
export interface Owner {
  uid: number
  gid: number
}

/**
 * One run: an id that every process of it carries in COLDSWEEP_RUN, a folder for logs and data, and a reaper that stops
 * and removes all of it when we close the run, exit, or are killed.
 */
export interface Run {
  readonly id: string
  readonly folder: string
  readonly logFolder: string
  readonly dataFolder: string
  /** In a process group of its own, known to the reaper before this returns. */
  start(toStart: ProcessToStart): StartedProcess
  /** Makes `data/<name>`; it is removed with the run. */
  makeFolder(name: string, owner?: Owner): string
  freePort(): Promise<number>
  /** Stops everything, newest first, and returns what would not go. A repeat returns the first one's answer. */
  close(options?: { keepLogs?: boolean }): Promise<ProcessOfRun[]>
}

const openRuns = new Set<Run>()

/** For the end of the process: Ctrl-C, an error that nobody caught. */
export async function closeAllRuns(options?: { keepLogs?: boolean }): Promise<ProcessOfRun[]> {
  const left = await Promise.all([...openRuns].map((run) => run.close(options)))
  return left.flat()
}

/** The closing word on what a run left behind. */
export function describeLeft(left: ProcessOfRun[]): string {
  if (left.length === 0) return 'nothing left running'
  return left.map(({ pid, command }) => `left running: ${pid} ${command}`).join('\n')
}

export function openRun(): Run {
  const ownId = randomBytes(5).toString('hex')
  const outer = process.env['COLDSWEEP_RUN']
  const marker = outer ? `${outer}.${ownId}` : ownId
  const folder = join(tempFolder(), `coldsweep-${ownId}`)
  const logFolder = join(folder, 'logs')
  const dataFolder = join(folder, 'data')
  mkdirSync(logFolder, { recursive: true, mode: 0o700 })
  mkdirSync(dataFolder, { mode: 0o711 })
  chmodSync(folder, 0o711) // a service that runs as another user must pass through
  const reaper = startReaper(ownId, folder)
  let closing: Promise<ProcessOfRun[]> | undefined

  const run: Run = {
    id: ownId,
    folder,
    logFolder,
    dataFolder,
    start(toStart) {
      if (closing !== undefined)
        throw new Error(`run ${ownId} is closed: ${toStart.name} was not started`)
      const started = startProcess(toStart, logFolder, marker)
      const { pid } = started
      if (pid !== 0) {
        reaper.tell({ group: pid, signal: toStart.stopSignal ?? 'SIGTERM' })
        void started.ended.then(() => reaper.tell({ ended: pid }))
      }
      return started
    },
    makeFolder(name, owner) {
      const made = join(dataFolder, name)
      mkdirSync(made, { recursive: true, mode: 0o700 })
      if (owner) chownSync(made, owner.uid, owner.gid)
      return made
    },
    async freePort() {
      const { port, reservation } = await reserveFreePort()
      reaper.tell({ remove: reservation })
      return port
    },
    close(options) {
      closing ??= (async () => {
        if (options?.keepLogs) reaper.tell({ keepLogs: true })
        const left = await reaper.finish()
        openRuns.delete(run)
        return left
      })()
      return closing
    },
  }
  openRuns.add(run)
  return run
}

function startProcess(toStart: ProcessToStart, logFolder: string, marker: string): StartedProcess {
  const logFile = join(logFolder, `${toStart.name}.log`)
  const log = openSync(logFile, 'a')
  const output = toStart.output === 'inherit' ? 'inherit' : log
  const child = spawn(toStart.command, toStart.args, {
    cwd: toStart.cwd,
    env: { ...(toStart.env ?? process.env), COLDSWEEP_RUN: marker },
    stdio: ['ignore', output, output],
    detached: true,
    ...toStart.owner,
  })
  closeSync(log)
  const started: StartedProcess = {
    pid: child.pid ?? 0,
    logFile,
    ended: codeOf(child).then((code) => {
      started.exitCode = code
      return code
    }),
    exitCode: undefined,
  }
  return started
}

function codeOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once('error', () => resolve(127))
    child.once('exit', (code, signal) => resolve(code ?? (signal === 'SIGKILL' ? 137 : 143)))
  })
}

interface Reaper {
  tell(message: object): void
  finish(): Promise<ProcessOfRun[]>
}

function startReaper(id: string, folder: string): Reaper {
  // Not itself marked with a run: an outer run's reaper must let it finish.
  const { COLDSWEEP_RUN: _, ...env } = process.env
  const script = fileURLToPath(new URL('reaper.mjs', import.meta.url))
  const child = spawn(process.execPath, [script, id, folder], {
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
    env,
  })
  let answer = ''
  child.stdout.setEncoding('utf8').on('data', (text) => {
    answer += text
  })
  child.stdin.on('error', () => {}) // it can only be gone if somebody killed it; finish() then says so
  const exited = new Promise<void>((resolve) => {
    child.once('close', () => resolve())
    child.once('error', () => resolve())
  })
  // An open run must not keep a finished program alive: its end is what the reaper waits for.
  child.unref()
  for (const stream of [child.stdin, child.stdout]) (stream as unknown as { unref(): void }).unref()
  return {
    tell: (message) => void child.stdin.write(`${JSON.stringify(message)}\n`),
    async finish() {
      child.ref()
      child.stdin.end()
      await exited
      if (answer === '')
        throw new Error(`the reaper of run ${id} was killed: look for COLDSWEEP_RUN=${id}`)
      return JSON.parse(answer).left
    },
  }
}
