/**
 * Structured log lines: fields first, then a sentence. Fields never hold a key, a raw transaction
 * or an RPC URL (MONEY 19).
 */
export interface Log {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
  /** A log whose every line carries these fields. */
  child(fields: object): Log
}
