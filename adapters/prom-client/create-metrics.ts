import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { Metrics } from '../../domain/process.ts'
import { metricHelp } from './metric-help.ts'

const prefix = 'coldsweep_'

export interface ExposedMetrics extends Metrics {
  /** Media type of `exposition`. */
  readonly contentType: string
  /** Returns all metrics in Prometheus's text format. */
  exposition(): Promise<string>
}

type Labels = Readonly<Record<string, string>>

/**
 * Creates a registry of counters and gauges for Prometheus. Names that lack the prefix
 * `coldsweep_`, or a counter's suffix `_total`, get them. The first use of a name fixes its labels.
 * A later unknown label does not throw, because a metric must never stop a loop: it is dropped and
 * counted in `coldsweep_metric_misused_total`.
 */
export function createMetrics(options: { readonly processMetrics?: boolean } = {}): ExposedMetrics {
  const registry = new Registry()
  if (options.processMetrics !== false) collectDefaultMetrics({ register: registry })
  const counters = new Map<string, Counter>()
  const gauges = new Map<string, Gauge>()
  const misused = new Counter({
    name: `${prefix}metric_misused_total`,
    help: 'Uses of a metric with an unknown label or as another kind; always a bug',
    labelNames: ['metric'],
    registers: [registry],
  })
  const configOf = (name: string, labels: Labels) => ({
    name,
    help: metricHelp[name] ?? name,
    labelNames: Object.keys(labels),
    registers: [registry],
  })
  const use = (name: string, act: () => void) => {
    try {
      act()
    } catch {
      misused.inc({ metric: name })
    }
  }
  const knownLabels = (name: string, metric: Counter | Gauge, labels: Labels): Labels => {
    const { labelNames } = metric as unknown as { labelNames: readonly string[] }
    const known = Object.entries(labels).filter(([label]) => labelNames.includes(label))
    if (known.length < Object.keys(labels).length) misused.inc({ metric: name })
    return Object.fromEntries(known)
  }
  return {
    contentType: registry.contentType,
    exposition: () => registry.metrics(),
    count(given, labels = {}, by = 1) {
      const name = given.endsWith('_total') ? fullName(given) : `${fullName(given)}_total`
      use(name, () => {
        const counter = counters.get(name) ?? new Counter(configOf(name, labels))
        counters.set(name, counter)
        counter.inc(knownLabels(name, counter, labels), by)
      })
    },
    gauge(given, labels, value) {
      const name = fullName(given)
      use(name, () => {
        const gauge = gauges.get(name) ?? new Gauge(configOf(name, labels))
        gauges.set(name, gauge)
        gauge.set(knownLabels(name, gauge, labels), value)
      })
    },
  }
}

function fullName(name: string): string {
  return name.startsWith(prefix) ? name : `${prefix}${name}`
}
