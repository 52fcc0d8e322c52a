import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root, runTool } from '../run-tool.ts'
import { allowedOf, biomeOverrides, tops } from './biome-rules.ts'
import { relativeImport } from './relative-import.ts'

const rule = 'lint/style/noRestrictedImports'

/** A temporary folder with the folders of all layers and one file for each import under test. */
let folder: string
/** Number of linter messages for each file. */
let verdicts: Map<string, number>

const places = (top: string, name: string) => [`${top}/${name}.ts`, `${top}/room/${name}.ts`]
const targets = (top: string) => [`${top}/thing.ts`, `${top}/room/thing.ts`]

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'coldsweep-law-'))
  for (const name of ['biome.json', 'package.json'])
    copyFileSync(join(root, name), join(folder, name))
  for (const top of tops) {
    for (const other of tops) {
      for (const file of places(top, `imports-${other}`))
        write(
          file,
          targets(other).map((target) => relativeImport(file, target)),
        )
    }
    for (const file of places(top, 'imports-packages')) write(file, ['viem', 'not-ours'])
    for (const file of places(top, 'imports-allowed'))
      write(file, [
        ...allowedOf(top).files.map((target) => relativeImport(file, target)),
        ...allowedOf(top).packages.map((name) => name.replace(/\*$/, 'fs')),
      ])
  }
  verdicts = lint()
})

afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

function write(file: string, specifiers: readonly string[]): void {
  mkdirSync(join(folder, dirname(file)), { recursive: true })
  const lines = specifiers.map((it, index) => `export { thing as thing${index} } from '${it}'\n`)
  writeFileSync(join(folder, file), lines.join(''))
}

interface Report {
  diagnostics: { category: string; location: { path: string } }[]
}

function lint(): Map<string, number> {
  const only = `--only=${rule.slice('lint/'.length)}`
  const options = [only, '--reporter=json', '--max-diagnostics=none']
  const { stdout } = runTool('biome', ['lint', ...options, '.'], { cwd: folder })
  const { diagnostics } = JSON.parse(stdout) as Report
  const counts = new Map<string, number>()
  for (const { category, location } of diagnostics) {
    expect(category).toBe(rule)
    counts.set(location.path, (counts.get(location.path) ?? 0) + 1)
  }
  return counts
}

it('biome.json contains exactly the overrides that biomeOverrides returns', () => {
  const { overrides } = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8')) as {
    overrides: { linter: { rules: { style?: Record<string, unknown> } } }[]
  }
  const found = overrides.filter(({ linter }) => linter.rules.style?.['noRestrictedImports'])
  expect(found).toEqual(biomeOverrides())
})

describe.each(tops)('the linter in %s, at its root and in a folder', (top) => {
  it.each(tops.filter((other) => other !== top))(
    'reports an import of %s unless the law allows it',
    (other) => {
      const isAllowed = allowedOf(top).layers.includes(other)
      for (const file of places(top, `imports-${other}`))
        expect(verdicts.get(file) ?? 0).toBe(isAllowed ? 0 : targets(other).length)
    },
  )

  it('reports a package that the law does not list', () => {
    const isAllowed = allowedOf(top).packages.includes('viem')
    for (const file of places(top, 'imports-packages'))
      expect(verdicts.get(file)).toBe(isAllowed ? 1 : 2)
  })

  it('accepts files and packages that the law allows', () => {
    for (const file of places(top, 'imports-allowed')) expect(verdicts.get(file)).toBeUndefined()
  })
})
