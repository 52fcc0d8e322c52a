/** The time. A port, so that tests of leases, ages and timeouts set it. */
export interface Clock {
  now(): Date
}

/**
 * Structured log lines: fields first, then event and noun. Fields never hold a key, a raw
 * transaction or an RPC URL (MONEY 19).
 */
export interface Log {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
  /** A log that adds these fields to every line. */
  child(fields: object): Log
}

/** Counters and gauges by name and labels. The adapter registers a name at its first use. */
export interface Metrics {
  count(name: string, labels?: Readonly<Record<string, string>>, by?: number): void
  gauge(name: string, labels: Readonly<Record<string, string>>, value: number): void
}
