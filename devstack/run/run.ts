import { randomBytes } from 'node:crypto'
import { chmodSync, chownSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { reserveFreePort } from './free-port.ts'
import type { ProcessOfRun } from './processes-of-run.mjs'
import { startReaper } from './reaper.ts'
import {
  type Owner,
  type ProcessToStart,
  type StartedProcess,
  startProcess,
} from './start-process.ts'
import { tempFolder } from './temp-folder.ts'

export type { StartedProcess } from './start-process.ts'

/**
 * One run of the demo, the tests or the services: an id that every process of the run has in
 * COLDSWEEP_RUN, a folder for logs and data, and a reaper. The reaper is a process that stops the
 * other processes and removes the data when the run is closed, or when this process exits or is
 * killed.
 */
export interface Run {
  readonly id: string
  readonly folder: string
  readonly logFolder: string
  readonly dataFolder: string
  /**
   * Starts the process in a process group of its own. The reaper knows the group before this method
   * returns.
   */
  start(toStart: ProcessToStart): StartedProcess
  /** Makes the folder `data/<name>`, which is removed with the run. */
  makeFolder(name: string, owner?: Owner): string
  freePort(): Promise<number>
  /** Whether the run is being closed (Ctrl-C while a test still ran). */
  isClosing(): boolean
  /**
   * Stops all processes, newest first, and returns the processes that did not end. A repeat returns
   * the same answer.
   */
  close(options?: { keepLogs?: boolean }): Promise<ProcessOfRun[]>
}

/**
 * Returns the data folder of the outermost run that started this process, directly or through other
 * runs; undefined if no run did.
 */
export function dataOfOutermostRun(): string | undefined {
  const [outermost] = process.env['COLDSWEEP_RUN']?.split('.') ?? []
  return outermost ? join(tempFolder(), `coldsweep-${outermost}`, 'data') : undefined
}

const openRuns = new Set<Run>()

/**
 * Closes all runs of this process. Called at the end of the process, also after Ctrl-C or an
 * uncaught error.
 */
export async function closeAllRuns(options?: { keepLogs?: boolean }): Promise<ProcessOfRun[]> {
  const left = await Promise.all([...openRuns].map((run) => run.close(options)))
  return left.flat()
}

/** Describes the processes that a run could not stop, as the last line of its output. */
export function describeLeft(left: ProcessOfRun[]): string {
  if (left.length === 0) return 'nothing left running'
  return left.map(({ pid, command }) => `left running: ${pid} ${command}`).join('\n')
}

/** Opens a run: creates its folders and starts its reaper. */
export function openRun(): Run {
  const ownId = randomBytes(5).toString('hex')
  const outer = process.env['COLDSWEEP_RUN']
  const marker = outer ? `${outer}.${ownId}` : ownId
  const folder = join(tempFolder(), `coldsweep-${ownId}`)
  const logFolder = join(folder, 'logs')
  const dataFolder = join(folder, 'data')
  mkdirSync(logFolder, { recursive: true, mode: 0o700 })
  mkdirSync(dataFolder, { mode: 0o711 })
  chmodSync(folder, 0o711) // a service that runs as another user must be able to enter this folder
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
        reaper.send({ group: pid, signal: toStart.stopSignal ?? 'SIGTERM' })
        void started.ended.then(() => reaper.send({ ended: pid }))
      }
      return started
    },
    makeFolder(name, owner) {
      // A service that is still starting would create the run's folder again after the reaper has
      // removed it.
      if (closing !== undefined) throw new Error(`run ${ownId} is closed: no folder for ${name}`)
      const made = join(dataFolder, name)
      mkdirSync(made, { recursive: true, mode: 0o700 })
      if (owner) chownSync(made, owner.uid, owner.gid)
      return made
    },
    async freePort() {
      const { port, reservation } = await reserveFreePort()
      reaper.send({ remove: reservation })
      return port
    },
    isClosing: () => closing !== undefined,
    close(options) {
      closing ??= (async () => {
        if (options?.keepLogs) reaper.send({ keepLogs: true })
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
