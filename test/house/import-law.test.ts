import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rooms } from './rooms.ts'
import { root, runTool } from './run-tool.ts'

const law = 'lint/style/noRestrictedImports'

/** A house of its own, empty but for the law: nothing is ever written into the checkout. */
let house: string
/** Per file of that house, what the linter says of its one import. */
let verdicts: Map<string, string[]>

/** The file that holds this import, in the same folder as the room's own file. */
const caseFile = (file: string, kind: string, index: number) =>
  join(dirname(file), `${kind}-import-${index}.ts`)

beforeAll(() => {
  house = mkdtempSync(join(tmpdir(), 'coldsweep-law-'))
  for (const name of ['biome.json', 'package.json'])
    copyFileSync(join(root, name), join(house, name))
  for (const { file, allowed, forbidden } of rooms) {
    allowed.forEach((path, index) => {
      write(caseFile(file, 'allowed', index), path)
    })
    forbidden.forEach((path, index) => {
      write(caseFile(file, 'forbidden', index), path)
    })
  }
  for (const main of ['scanner/main.ts', 'workers/main.ts'])
    write(main, '../adapters/viem/client.ts')
  verdicts = lint()
})

afterAll(() => {
  rmSync(house, { recursive: true, force: true })
})

function write(file: string, path: string): void {
  mkdirSync(join(house, dirname(file)), { recursive: true })
  writeFileSync(join(house, file), `import { thing } from '${path}'\nexport const used = thing\n`)
}

interface Report {
  diagnostics: { category: string; message: string; location: { path: string } }[]
}

function lint(): Map<string, string[]> {
  const options = [
    `--only=${law.slice('lint/'.length)}`,
    '--reporter=json',
    '--max-diagnostics=none',
  ]
  const { stdout } = runTool('biome', ['lint', ...options, '.'], { cwd: house })
  const report = JSON.parse(stdout) as Report
  const found = new Map<string, string[]>()
  for (const { category, message, location } of report.diagnostics) {
    expect(category).toBe(law)
    found.set(location.path, [...(found.get(location.path) ?? []), message])
  }
  return found
}

describe.each(rooms)('$file', ({ file, message, allowed, forbidden }) => {
  test.each(forbidden.map((path, index) => ({ path, index })))(
    'may not import $path',
    ({ index }) => {
      expect(verdicts.get(caseFile(file, 'forbidden', index))).toEqual([message])
    },
  )

  test.each(allowed.map((path, index) => ({ path, index })))('may import $path', ({ index }) => {
    expect(verdicts.get(caseFile(file, 'allowed', index))).toBeUndefined()
  })
})

test.each(['scanner/main.ts', 'workers/main.ts'])('%s wires, so it may import adapters', (file) => {
  expect(verdicts.get(file)).toBeUndefined()
})

test('no room with a law is missing from this test', () => {
  const config = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8')) as {
    overrides: { includes: string[]; linter: { rules: { style?: Record<string, unknown> } } }[]
  }
  const withLaw = config.overrides
    .filter(({ linter }) => linter.rules.style?.['noRestrictedImports'] !== undefined)
    .map(({ includes }) => includes[0]?.replace('/**', ''))
  const tried = rooms.map(({ file }) => file.split('/')[0])
  expect(new Set(tried)).toEqual(new Set(withLaw))
})
