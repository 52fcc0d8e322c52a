import { readFileSync } from 'node:fs'
import { basename } from 'node:path'

const MOST = 5

/** The newest error lines of each log, under its name; for people who look why a run failed. */
export function lastErrors(logFiles: Iterable<string>): string[] {
  return [...logFiles].flatMap((file) => {
    const errors = errorLines(read(file)).slice(-MOST)
    return errors.length === 0
      ? []
      : [`last errors of ${basename(file)}:`, ...errors.map((line) => `  ${line}`)]
  })
}

/** Lines of pino's levels error and fatal, and what a command wrote of its own end. */
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
