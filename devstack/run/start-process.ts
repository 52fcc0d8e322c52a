import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'

export interface ProcessToStart {
  /** Name of the log file: `logs/<name>.log` in the run's folder. */
  name: string
  command: string
  args: string[]
  env?: NodeJS.ProcessEnv
  cwd?: string
  owner?: Owner | undefined
  /**
   * Signal that makes the process stop quickly and leave no children. Default SIGTERM. After 5 s,
   * the whole group gets SIGKILL.
   */
  stopSignal?: NodeJS.Signals
  /** Destination of the output: the process's log (default), or the terminal of this process. */
  output?: 'log' | 'inherit'
}

export interface StartedProcess {
  pid: number
  logFile: string
  /**
   * The exit code of the process. A signal counts as 128 + its number, and a failed start as 127.
   * Never rejects.
   */
  ended: Promise<number>
  /** Set once the process has ended. */
  exitCode: number | undefined
}

/** The user of a process that cannot run as root. */
export interface Owner {
  uid: number
  gid: number
}

/**
 * Starts the command in a process group of its own and sets COLDSWEEP_RUN to the run's marker. If
 * the command does not exist, the pid is 0.
 */
export function startProcess(
  toStart: ProcessToStart,
  logFolder: string,
  marker: string,
): StartedProcess {
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
    child.once('exit', (code, signal) =>
      resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL']),
    )
  })
}
