import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { ProcessOfRun } from './processes-of-run.mjs'

/** Our end of the pipe to reaper.mjs, which says what the messages mean. */
export interface Reaper {
  tell(message: object): void
  finish(): Promise<ProcessOfRun[]>
}

export function startReaper(id: string, folder: string): Reaper {
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
  // The reaper is only gone after somebody killed it; finish() then reports that.
  child.stdin.on('error', () => {})
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
