import { readFileSync } from 'node:fs'
import type { StartedProcess } from './start-process.ts'
import { waitUntil } from './wait-until.ts'

/**
 * Waits until `dial` works, or says why it never will: the process ended, or the limit passed. The
 * error carries the log's last lines and its path.
 */
export async function waitForService(
  title: string,
  process: StartedProcess,
  dial: () => Promise<unknown>,
  // A process that gives up is noticed at once; a busy machine may need minutes for what takes
  // seconds on a quiet one.
  limitMs = 180_000,
): Promise<void> {
  try {
    await waitUntil(dial, {
      what: `${title} to answer`,
      limitMs,
      abort: () =>
        process.exitCode === undefined ? undefined : `it ended with ${process.exitCode}`,
    })
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${lastLines(process.logFile)}`)
  }
}

/** A log's last lines, indented, under its path. */
export function lastLines(logFile: string, count = 8): string {
  let text = ''
  try {
    text = readFileSync(logFile, 'utf8').trim()
  } catch {
    // no log is as good as an empty one
  }
  const lines = text === '' ? ['(empty)'] : text.split('\n').slice(-count)
  return [`last lines of ${logFile}:`, ...lines.map((line) => `  ${line}`)].join('\n')
}
