import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { anchorsOf } from '../house/anchors-of.ts'
import { root } from '../house/run-tool.ts'
import { processEnvironment } from '../house/surface/sources.ts'

const read = (file: string) => readFileSync(join(root, file), 'utf8')

interface Rule {
  readonly alert: string
  readonly expr: string
  readonly labels: { readonly severity: string }
  readonly annotations: Readonly<Record<'summary' | 'description' | 'runbook_url', string>>
}
const groups = (parse(read('deploy/prometheus/alerts.yml')) as { groups: { rules: Rule[] }[] })
  .groups
const rules = groups.flatMap((group) => group.rules)

interface Panel {
  readonly id: number
  readonly type: string
  readonly title: string
  readonly datasource?: { readonly uid: string }
  readonly gridPos: {
    readonly x: number
    readonly y: number
    readonly w: number
    readonly h: number
  }
  readonly targets?: readonly {
    readonly expr: string
    readonly legendFormat: string
    readonly datasource: { readonly uid: string }
  }[]
}
const dashboard = JSON.parse(read('deploy/grafana/coldsweep.json')) as {
  readonly panels: readonly Panel[]
  readonly templating: { readonly list: readonly { name: string; type: string; query: unknown }[] }
}
const datasourceVariable = /^\$\{datasource\}$/
const targets = dashboard.panels.flatMap(({ title, targets = [] }) =>
  targets.map((target) => ({ title, ...target })),
)

const { metrics } = JSON.parse(read('test/house/surface/snapshot/metrics.json')) as {
  metrics: Readonly<Record<string, { labels: readonly string[] }>>
}
/** Labels of a Prometheus target, and of the series that Prometheus itself writes. */
const ofPrometheus = ['environment', 'instance', 'job', 'alertname', 'alertstate']
const documented = read('docs/metrics.md')

/** Problems with the names and labels of an expression. */
function problemsOf(expr: string, templates: readonly string[]): readonly string[] {
  const uses = [...expr.matchAll(/\b(coldsweep_\w+)(?:\{([^}]*)\})?/g)].map(
    ([, name = '', matchers = '']) => ({
      name,
      labels: [...matchers.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"/g)].map(([, label = '']) => label),
    }),
  )
  const unknown = uses.flatMap(({ name, labels }) => {
    if (metrics[name] === undefined) return [`${name} is no metric`]
    if (!documented.includes(`| \`${name}\` |`)) return [`${name} is not in docs/metrics.md`]
    const known = [...metrics[name].labels, ...ofPrometheus]
    return labels.filter((it) => !known.includes(it)).map((it) => `${name} has no label ${it}`)
  })
  const known = new Set([
    ...uses.flatMap(({ name }) => metrics[name]?.labels ?? []),
    ...ofPrometheus,
  ])
  const grouped = [...expr.matchAll(/\b(?:by|on|without|ignoring)\s*\(([^)]*)\)/g)].flatMap(
    ([, list = '']) => list.split(',').map((label) => label.trim()),
  )
  const shown = templates.flatMap((text) =>
    [...text.matchAll(/\{\{\s*(?:\$labels\.)?(\w+)\s*\}\}/g)].map(([, label = '']) => label),
  )
  const strange = [...grouped, ...shown].filter((label) => !known.has(label))
  return [...unknown, ...strange.map((label) => `no metric has the label ${label}`)]
}

test.each(rules)('the alert $alert uses metrics and labels that exist', ({ expr, annotations }) => {
  expect(problemsOf(expr, Object.values(annotations))).toEqual([])
})

test.each(rules)('the alert $alert says how urgent it is and what to do', (rule) => {
  expect(['none', 'warning', 'critical']).toContain(rule.labels.severity)
  const { summary, description, runbook_url: url } = rule.annotations
  expect(summary).toMatch(/\.$/)
  expect(description).toMatch(/\S/)
  const [page, anchor] = url.split('#')
  expect(page).toBe('docs/runbook.md')
  expect(anchorsOf('docs/runbook.md')).toContain(anchor)
})

test('the names of the alerts are unique, and the runbook lists each', () => {
  const names = rules.map(({ alert }) => alert)
  expect(new Set(names).size).toBe(names.length)
  const runbook = read('docs/runbook.md')
  expect(names.filter((name) => !runbook.includes(`\`${name}\``))).toEqual([])
})

test('the label problems of an expression are found', () => {
  expect(
    problemsOf('sum by (chainn) (coldsweep_nothing{chain="a"})', ['{{ $labels.asset }}']),
  ).toEqual([
    'coldsweep_nothing is no metric',
    'no metric has the label chainn',
    'no metric has the label asset',
  ])
  expect(problemsOf('coldsweep_ready{chain="a"}', [])).toEqual([
    'coldsweep_ready has no label chain',
  ])
})

const unitTests = read('deploy/prometheus/alerts.test.yml')

test.each(rules.filter(({ alert }) => alert !== 'Watchdog'))(
  'alerts.test.yml has a test in which $alert fires and a test in which no alert fires',
  ({ alert }) => {
    expect(unitTests).toContain(`alertname="${alert}"`)
    expect(unitTests).toContain('exp_samples: []')
  },
)

test.each(targets)('the panel "$title" uses metrics and labels that exist: $expr', (target) => {
  expect(target.datasource.uid).toMatch(datasourceVariable)
  const variables = dashboard.templating.list.map(({ name }) => name)
  for (const [, name] of target.expr.matchAll(/\$(\w+)/g)) expect(variables).toContain(name)
  expect(problemsOf(target.expr, [target.legendFormat])).toEqual([])
})

test('each panel of the dashboard has an id, the datasource variable and a place of its own', () => {
  const { panels, templating } = dashboard
  expect(templating.list[0]).toMatchObject({
    name: 'datasource',
    type: 'datasource',
    query: 'prometheus',
  })
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
  const rows = panels.filter(({ type }) => type === 'row').map(({ title }) => title)
  expect(rows).toEqual(['Overview', 'Keeper', 'Scanner', 'Sweeps', 'RPC'])
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) => {
    expect(x + w).toBeLessThanOrEqual(24)
    return Array.from({ length: w * h }, (_, n) => `${x + (n % w)} ${y + Math.floor(n / w)}`)
  })
  expect(new Set(cells).size).toBe(cells.length)
  for (const panel of panels.filter(({ type }) => type !== 'row')) {
    expect(panel.datasource?.uid, panel.title).toMatch(datasourceVariable)
    expect(panel.targets?.length, panel.title).toBeGreaterThan(0)
  }
})

test('the Alertmanager example routes every severity, names no unknown alert and holds no secret', () => {
  const text = read('deploy/alertmanager/alertmanager.yml')
  const config = parse(text) as {
    route: { routes: { receiver: string; matchers: string[] }[] }
    receivers: Readonly<Record<string, unknown>>[]
  }
  const receivers = config.receivers.map(({ name }) => name)
  for (const { receiver } of config.route.routes) expect(receivers).toContain(receiver)
  const matchers = config.route.routes.flatMap((route) => route.matchers)
  for (const severity of ['critical', 'warning'])
    expect(matchers).toContain(`severity = ${severity}`)
  expect(matchers).toContain('alertname = Watchdog')
  const names = new Set(rules.map(({ alert }) => alert))
  const named = text.match(/\bColdsweep[A-Z]\w+/g) ?? []
  expect(named.filter((name) => !names.has(name))).toEqual([])
  const secretKeys = /^\s*(?:- )?(?:api_url|url|bot_token|routing_key|service_key|password):/m
  expect(text).not.toMatch(secretKeys)
})

/** First minor versions that know every field of the files. */
const oldest: Readonly<Record<string, number>> = { promtool: 2.042, amtool: 0.026 }

/**
 * Path of a tool: `<TOOL>_PATH`, or its name in PATH; undefined where it is not installed or too
 * old.
 */
function pathOf(tool: string): string | undefined {
  const path = processEnvironment()[`${tool.toUpperCase()}_PATH`] ?? tool
  const { status, stdout, stderr } = spawnSync(path, ['--version'], { encoding: 'utf8' })
  if (status !== 0) return undefined
  const [, major, minor] = /version v?(\d+)\.(\d+)/.exec(`${stdout}${stderr}`) ?? []
  const version = Number(major) + Number(minor) / 1000
  // A tool from `go install` names no version.
  return version < (oldest[tool] ?? 0) ? undefined : path
}

const toolRuns = [
  ['promtool', 'check', 'rules', '--lint=all', '--lint-fatal', 'alerts.yml'],
  ['promtool', 'test', 'rules', 'alerts.test.yml'],
  ['promtool', 'check', 'config', 'prometheus.yml'],
  ['amtool', 'check-config', '../alertmanager/alertmanager.yml'],
] as const
for (const [tool, ...args] of toolRuns) {
  const path = pathOf(tool)
  const name = `${tool} ${args.join(' ')} succeeds`
  test.skipIf(path === undefined)(
    path ? name : `${name} (skipped: ${tool} is not installed, or too old)`,
    () => {
      const cwd = join(root, 'deploy/prometheus')
      const { status, stdout, stderr } = spawnSync(path ?? '', args, { cwd, encoding: 'utf8' })
      expect(status, `${stdout}\n${stderr}`).toBe(0)
    },
    // promtool evaluates every rule for each of about 100 tests: half a minute on an idle core.
    600_000,
  )
}

const promtool = pathOf('promtool')
test.skipIf(promtool === undefined)('promtool parses each expression of the dashboard', () => {
  const folder = mkdtempSync(join(tmpdir(), 'coldsweep-dashboard-'))
  try {
    const file = join(folder, 'rules.yml')
    const queries = targets.map(({ expr }, n) => ({
      record: `dashboard:query_${n}`,
      expr: expr.replace(/\$\w+/g, 'x'),
    }))
    writeFileSync(file, stringify({ groups: [{ name: 'dashboard', rules: queries }] }))
    const { status, stdout, stderr } = spawnSync(promtool ?? '', ['check', 'rules', file], {
      encoding: 'utf8',
    })
    expect(status, `${stdout}\n${stderr}`).toBe(0)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
