/** Counters and gauges by name and labels; the adapter registers a name when it first meets it. */
export interface Metrics {
  count(name: string, labels?: Readonly<Record<string, string>>, by?: number): void
  gauge(name: string, labels: Readonly<Record<string, string>>, value: number): void
}
