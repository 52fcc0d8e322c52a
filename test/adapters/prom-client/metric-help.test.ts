import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { metricHelp } from '../../../adapters/prom-client/metric-help.ts'

const root = new URL('../../../', import.meta.url)
const folders = ['scanner', 'workers', 'activities', 'transactions', 'adapters']

/**
 * Names of the metrics that the source code uses: the arguments of `count` and `gauge`, in the form
 * in which /metrics exposes them.
 */
const used = folders.flatMap((folder) =>
  readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => {
      const source = readFileSync(new URL(`${folder}/${file}`, root), 'utf8')
      return [...source.matchAll(/\b(count|gauge)\(\s*'([a-z_]+)'/g)].map(
        ([, kind, name = '']) =>
          `coldsweep_${name.replace(/^coldsweep_|_total$/g, '')}${kind === 'count' ? '_total' : ''}`,
      )
    }),
)

it('every metric has a help text in /metrics and in docs/metrics.md, and every help text has a metric', () => {
  expect(used.length).toBeGreaterThan(40)
  expect([...new Set(used)].sort()).toEqual(Object.keys(metricHelp).sort())
  const doc = readFileSync(new URL('docs/metrics.md', root), 'utf8')
  for (const [name, words] of Object.entries(metricHelp)) {
    expect(doc).toContain(`| \`${name}\` | ${words} |`)
  }
})
