import type { Metrics } from '../../../domain/process.ts'

/** Creates metrics that keep sums and last values by name. Labels are ignored. */
export function recordingMetrics(): Metrics & {
  readonly counts: Map<string, number>
  readonly gauges: Map<string, number>
} {
  const counts = new Map<string, number>()
  const gauges = new Map<string, number>()
  return {
    counts,
    gauges,
    count: (name, _labels, by = 1) => void counts.set(name, (counts.get(name) ?? 0) + by),
    gauge: (name, _labels, value) => void gauges.set(name, value),
  }
}
