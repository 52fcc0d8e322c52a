import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { ProcessOfRun } from './processes-of-run.mjs'

/** The starter's end of the pipe to reaper.mjs, which documents the messages. */
export interface Reaper {
  send(message: object): void
  finish(): Promise<ProcessOfRun[]>
}

export function startReaper(id: string, folder: string): Reaper {
  // The reaper is not marked with a run, so that the reaper of an outer run lets it finish.
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
  // An open run must not keep a finished program alive, because the reaper waits for the program's
  // end.
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
