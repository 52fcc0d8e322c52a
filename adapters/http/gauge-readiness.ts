import type { Metrics } from '../../domain/process.ts'
import type { Problem } from './find-problems.ts'

/** Publishes the answer of `/readyz` as gauges: for the process, and for each loop and check. */
export function gaugeReadiness(
  metrics: Pick<Metrics, 'gauge'>,
  process: string,
  parts: readonly string[],
  problems: readonly Problem[],
): void {
  const failing = new Set(problems.map(({ name }) => name))
  metrics.gauge('coldsweep_ready', { process }, failing.size === 0 ? 1 : 0)
  for (const part of parts) {
    metrics.gauge('coldsweep_part_ready', { process, part }, failing.has(part) ? 0 : 1)
  }
}
