import { type Logger, pino, stdTimeFunctions } from 'pino'
import { redactText } from '../../domain/errors.ts'
import type { Log } from '../../domain/process.ts'
import { formatPretty } from './format-pretty.ts'
import { redact } from './redact.ts'

interface LogOptions {
  /** trace, debug, info, warn, error, fatal or silent */
  readonly level: string
  /** Writes a line for people instead of JSON, coloured on a terminal. */
  readonly pretty?: boolean
  /**
   * Receives each whole line. @default writes to stderr, synchronously, so that a process's last
   * lines are not lost
   */
  readonly write?: (line: string) => void
}

/**
 * Creates a log that writes JSON lines or pretty lines to stderr. The log redacts every field and
 * message, so that no caller has to (MONEY 19). An error under any field name is written with its
 * class, message, code and causes.
 */
export function createLog({ level, pretty = false, write }: LogOptions): Log {
  const stderr = pino.destination({ fd: 2, sync: true })
  const writeLine = write ?? ((line: string) => void stderr.write(line))
  const colour = write === undefined && process.stderr.isTTY === true
  const destination = {
    write: (line: string) => writeLine(pretty ? formatPretty(line, colour) : line),
  }
  const options = {
    level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    messageKey: 'message',
    formatters: { level: (label: string) => ({ level: label }) },
  }
  return wrap(pino(options, destination))
}

function wrap(logger: Logger): Log {
  const line =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (fields: object, message: string): void => {
      if (logger.isLevelEnabled(level)) logger[level](clean(fields), redactText(message))
    }
  return {
    debug: line('debug'),
    info: line('info'),
    warn: line('warn'),
    error: line('error'),
    child: (fields) => wrap(logger.child(clean(fields))),
  }
}

/** Redacts the fields. An error that is passed instead of fields is put under `error`. */
function clean(fields: object): object {
  return redact(fields instanceof Error ? { error: fields } : fields) as object
}
