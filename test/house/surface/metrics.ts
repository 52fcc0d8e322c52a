import {
  type Expression,
  isCallExpression,
  isPropertyAccessExpression,
} from 'typescript/unstable/ast'
import type { Type } from 'typescript/unstable/sync'
import type { Compiler } from './compiler.ts'
import { startedProcesses } from './processes.ts'
import { createMetrics, metricHelp } from './sources.ts'

interface Use {
  readonly kind: 'count' | 'gauge'
  readonly name: string
  readonly labels: readonly string[]
}

interface Series {
  readonly type: string
  readonly labels: readonly string[]
}

/**
 * Returns the names, types and labels of all metrics as `/metrics` shows them, and the series that
 * a process has from its start.
 */
export async function readMetrics(compiler: Compiler): Promise<unknown> {
  const uses = usesOf(compiler)
  const metrics = createMetrics({ processMetrics: false })
  for (const { kind, name, labels } of uses) {
    const values = Object.fromEntries(labels.map((label) => [label, 'x']))
    if (kind === 'count') metrics.count(name, values)
    else metrics.gauge(name, values, 1)
  }
  const series = parseExposition(await metrics.exposition())
  const documented = Object.keys(metricHelp)
  const own = [...series.keys()].filter((name) => !name.endsWith('_metric_misused_total'))
  const unknown = own.filter((name) => !documented.includes(name))
  const unused = documented.filter((name) => !series.has(name))
  if (unknown.length + unused.length > 0) {
    throw new Error(
      `metrics without help: ${unknown}; metrics with help and without use: ${unused}`,
    )
  }
  const started = await startedProcesses()
  return {
    metrics: Object.fromEntries(series),
    fromTheStart: Object.fromEntries(
      started.map(({ process, exposition }) => [
        process,
        exposition
          .split('\n')
          .filter((line) => line.startsWith('coldsweep_'))
          .map((line) => line.replace(/version="[^"]*"/, 'version="…"'))
          // Whether a part is ready yet depends on the speed of the machine.
          .map((line) => line.replace(/^(coldsweep_(?:part_)?ready\{.*\}) [01]$/, '$1 …'))
          .sort(),
      ]),
    ),
    ofNode: started.every(({ exposition }) => exposition.includes('process_cpu_seconds_total')),
  }
}

/** Returns every call of `count` and `gauge` whose metric name the compiler knows. */
function usesOf({ visit, project: { checker } }: Compiler): readonly Use[] {
  const uses: Use[] = []
  visit(['.count(', '.gauge('], (node) => {
    if (!isCallExpression(node) || !isPropertyAccessExpression(node.expression)) return
    const kind = node.expression.name.text
    if (kind !== 'count' && kind !== 'gauge') return
    const [given, labelled] = node.arguments
    const names = given === undefined ? [] : literals(checker.getTypeAtLocation(given))
    const labels = labelled === undefined ? [] : propertiesOf(labelled)
    for (const name of names) uses.push({ kind, name, labels })
  })
  return uses.sort((a, b) => a.name.localeCompare(b.name))

  function propertiesOf(expression: Expression): readonly string[] {
    const type = checker.getTypeAtLocation(expression)
    return type === undefined
      ? []
      : checker.getPropertiesOfType(type).map((property) => property.name)
  }
}

function literals(type: Type | undefined): readonly string[] {
  if (type === undefined) return []
  if (type.isUnionType()) return type.getTypes().flatMap(literals)
  return type.isStringLiteralType() ? [type.value] : []
}

/** Returns type and labels of each metric. @throws if a metric is used with different labels */
function parseExposition(text: string): ReadonlyMap<string, Series> {
  const series = new Map<string, Series>()
  for (const line of text.split('\n')) {
    const [, named, type = ''] = /^# TYPE (\S+) (\S+)/.exec(line) ?? []
    if (named !== undefined) series.set(named, { type, labels: [] })
    const [, name = '', inner = ''] = /^(\w+)(?:\{(.*)\})? \S+$/.exec(line) ?? []
    const known = series.get(name)
    if (known === undefined) continue
    const labels = [...inner.matchAll(/(\w+)="/g)].map(([, label = '']) => label)
    series.set(name, { ...known, labels: [...new Set([...known.labels, ...labels])].sort() })
    if (name.endsWith('_metric_misused_total') && inner !== '') {
      throw new Error(`a metric is used with different labels: ${inner}`)
    }
  }
  return new Map([...series].sort(([a], [b]) => a.localeCompare(b)))
}
