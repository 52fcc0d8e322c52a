/**
 * Returns the current time. The clock is a port, so that tests of leases, ages and timeouts can set
 * the time.
 */
export interface Clock {
  now(): Date
}

/**
 * Structured log. The first argument has the fields, the second the message. Fields never contain a
 * key, a raw transaction or an RPC URL (MONEY 19).
 */
export interface Log {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
  /** Returns a log that adds these fields to every line. */
  child(fields: object): Log
}

/** Counters and gauges. The adapter registers a metric when its name is first used. */
export interface Metrics {
  count(name: string, labels?: Readonly<Record<string, string>>, by?: number): void
  gauge(name: string, labels: Readonly<Record<string, string>>, value: number): void
}
