import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { ProcessOfRun } from './processes-of-run.mjs'

/**
 * The end of the pipe to reaper.mjs that the starting process holds. reaper.mjs documents the
 * messages.
 */
export interface Reaper {
  send(message: object): void
  finish(): Promise<ProcessOfRun[]>
}

/**
 * Starts the process that stops the run's processes and removes the run's data when the run is
 * closed or this process ends.
 */
export function startReaper(id: string, folder: string): Reaper {
  // The reaper does not get COLDSWEEP_RUN, which marks the processes of a run. So the reaper of an
  // outer run does not kill it before it has finished.
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
  // The write fails only if the reaper was killed; finish() reports that.
  child.stdin.on('error', () => {})
  const exited = new Promise<void>((resolve) => {
    child.once('close', () => resolve())
    child.once('error', () => resolve())
  })
  // An open run must not keep a finished program alive, because the reaper itself waits for the end
  // of the program.
  child.unref()
  for (const stream of [child.stdin, child.stdout]) (stream as unknown as { unref(): void }).unref()
  return {
    send: (message) => void child.stdin.write(`${JSON.stringify(message)}\n`),
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
