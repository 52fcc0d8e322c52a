import { readFileSync } from 'node:fs'
import { basename } from 'node:path'

const MOST = 5

/** Returns the newest five error lines of each log, below the log's name. */
export function lastErrors(logFiles: Iterable<string>): string[] {
  return [...logFiles].flatMap((file) => {
    const errors = errorLines(read(file)).slice(-MOST)
    return errors.length === 0
      ? []
      : [`last errors of ${basename(file)}:`, ...errors.map((line) => `  ${line}`)]
  })
}

/**
 * Returns the lines that pino logged at level error or fatal, and the errors that a command
 * printed.
 */
export function errorLines(text: string): string[] {
  return text.split('\n').filter((line) => /"level":"(error|fatal)"|^(error|\w*Error):/.test(line))
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
