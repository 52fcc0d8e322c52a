import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../run-tool.ts'
import { importsOf } from './imports-of.ts'
import { judgeImport, law, layerOf } from './law.ts'
import { relativeImport } from './relative-import.ts'
import { sourceFiles } from './source-files.ts'

const files = sourceFiles()
const layers = Object.keys(law)
const packages = Object.keys(
  (
    JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>
    }
  ).dependencies,
)

/** Example files: one at the layer's root, one in a folder and one in a nested folder. */
const placesIn = (layer: string) =>
  layer.endsWith('/main')
    ? [`${layer}.ts`]
    : [`${layer}/case.ts`, `${layer}/room/case.ts`, `${layer}/room/inner/case.ts`]

/** Whether the law allows imports of the layer, or of the folder that contains the layer. */
const isNamed = (from: string, to: string) =>
  to === from || law[from]?.layers.some((one) => one === to || to.startsWith(`${one}/`)) === true

describe('every import of the repository', () => {
  it.each(layers)('%s imports only what the law allows', (layer) => {
    const broken = files
      .filter((file) => layerOf(file) === layer)
      .flatMap((file) =>
        importsOf(file, readFileSync(join(root, file), 'utf8'))
          .map((specifier) => judgeImport(file, specifier))
          .filter((why) => why !== undefined)
          .map((why) => `${file}: ${why}`),
      )
    expect(broken).toEqual([])
  })

  it('every source file belongs to a layer of the law, and every layer has a file', () => {
    const found = new Set(files.map(layerOf))
    expect([...found].sort()).toEqual(layers.toSorted())
  })
})

describe.each(layers)('judgeImport for files of %s', (from) => {
  it.each(layers)('judges an import of %s by its resolved path', (to) => {
    const isAllowed = isNamed(from, to) && (!to.endsWith('/main') || to === from)
    for (const file of placesIn(from)) {
      for (const target of placesIn(to)) {
        if (target === file || law[from]?.files?.includes(target)) continue
        const why = judgeImport(file, relativeImport(file, target))
        if (isAllowed) expect(why).toBeUndefined()
        else expect(why).toBe(`${from} may not import ${target}`)
      }
    }
  })

  it('forbids a folder of a forbidden layer even if the folder has the name of an allowed layer', () => {
    const named = law[from]?.layers.map((layer) => layer.split('/')[0]) ?? []
    const outside = layers.filter((to) => !isNamed(from, to) && !to.endsWith('/main'))
    for (const file of placesIn(from)) {
      for (const to of outside) {
        for (const name of named) {
          const target = `${to}/${name}/case.ts`
          const why = judgeImport(file, relativeImport(file, target))
          expect(why).toBe(`${from} may not import ${target}`)
        }
      }
    }
  })

  it('allows the single files that the law lists, and forbids their neighbours', () => {
    for (const target of law[from]?.files ?? []) {
      for (const file of placesIn(from)) {
        expect(judgeImport(file, relativeImport(file, target))).toBeUndefined()
        const neighbour = target.replace(/\.ts$/, '-2.ts')
        expect(judgeImport(file, relativeImport(file, neighbour))).toContain('may not import')
      }
    }
  })

  it.each([...packages, 'node:fs', 'node:child_process'])(
    'allows the package %s only if the law lists the package',
    (name) => {
      const isAllowed = (law[from]?.packages ?? []).some(
        (one) => one === name || (one === 'node:*' && name.startsWith('node:')),
      )
      for (const file of placesIn(from)) {
        const why = judgeImport(file, name)
        expect(why).toBe(isAllowed ? undefined : `${from} may not import the package ${name}`)
      }
    },
  )
})

describe('judgeImport', () => {
  it.each([
    ['domain/chains/block.ts', '../../adapters/viem/client.ts'],
    ['domain/chains/block.ts', '../../runtime/sleep.ts'],
    ['domain/chains/block.ts', 'viem'],
    ['workflows/steps/fund.ts', '../../activities/fund/gas.ts'],
    ['workflows/steps/fund.ts', '../../transactions/sign/signer.ts'],
    ['transactions/sign/signer.ts', '../../adapters/drizzle/lanes/lane-store.ts'],
    ['activities/fund/gas.ts', '../../adapters/drizzle/transactions/open.ts'],
    ['activities/fund/gas.ts', '../../workflows/token-sweep.ts'],
    ['scanner/follow/chain.ts', '../main.ts'],
    ['scanner/follow/chain.ts', '../../transactions/track/lane.ts'],
    ['adapters/viem/reads/block.ts', '../../drizzle/scan/cursor.ts'],
    ['adapters/viem/reads/block.ts', '../../../drizzle/schema.ts'],
    ['adapters/drizzle/domain/x.ts', '../../viem/client.ts'],
    ['cli/verbs/holds.ts', '../../activities/index.ts'],
    ['cli/verbs/holds.ts', '../../scanner/main-parts.ts'],
    ['devstack/demo/judge/judge.ts', '../../../domain/amount.ts'],
    ['nowhere/file.ts', './other.ts'],
    ['domain/amount.ts', '../../outside.ts'],
  ])('%s may not import %s', (file, specifier) => {
    expect(judgeImport(file, specifier)).toEqual(expect.any(String))
  })

  it.each([
    ['domain/chains/block.ts', '../amount.ts'],
    ['workflows/token-sweep.ts', '../domain/deposits/deposit-state.ts'],
    ['activities/fund/gas.ts', '../../transactions/sign/signer.ts'],
    ['adapters/central/central-database.ts', '../postgres/client.ts'],
    ['adapters/drizzle/scan/cursor.ts', '../../../drizzle/schema.ts'],
    ['scanner/main.ts', '../adapters/viem/client.ts'],
    ['workers/main-lanes.ts', '../transactions/track/lane.ts'],
    ['cli/verbs/processes.ts', '../../scanner/main.ts'],
  ])('%s may import %s', (file, specifier) => {
    expect(judgeImport(file, specifier)).toBeUndefined()
  })
})

describe('importsOf', () => {
  it('returns imports of values and types, re-exports, import() calls and import() types', () => {
    const text = `
      import type { A } from './a.ts'
      import { b } from './b.ts'
      export { c } from './c.ts'
      export type * from './d.ts'
      const e = await import('./e.ts')
      type F = import('./f.ts').F
      // import './none.ts'
      const none = "from './none.ts'"`
    expect(importsOf('x.ts', text)).toEqual([
      './a.ts',
      './b.ts',
      './c.ts',
      './d.ts',
      './e.ts',
      './f.ts',
    ])
  })
})
