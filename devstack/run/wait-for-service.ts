import { readFileSync } from 'node:fs'
import type { StartedProcess } from './start-process.ts'
import { waitUntil } from './wait-until.ts'

/**
 * Waits until `dial` succeeds. Rejects with the reason if the process ended or the limit passed.
 * The error contains the log's last lines and its path.
 */
export async function waitForService(
  title: string,
  process: StartedProcess,
  dial: () => Promise<unknown>,
  // The limit is long, because a busy machine may need minutes instead of seconds. A process that
  // ends is noticed at once.
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

/** Returns the last lines of a log, indented, below the log's path. */
export function lastLines(logFile: string, count = 8): string {
  let text = ''
  try {
    text = readFileSync(logFile, 'utf8').trim()
  } catch {
    // a missing log counts as an empty log
  }
  const lines = text === '' ? ['(empty)'] : text.split('\n').slice(-count)
  return [`last lines of ${logFile}:`, ...lines.map((line) => `  ${line}`)].join('\n')
}
