import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { hashOfSources, workflowBundlePath } from '../../../adapters/temporal/workflow-bundle.ts'

let code: string

beforeAll(async () => {
  code = readFileSync(await workflowBundlePath(), 'utf8')
})

/** Returns the modules in webpack's bundle. Each module begins with a comment that has its path. */
const modules = () => [...code.matchAll(/^\/\*\*\*\/ "(.+?)"$/gm)].map(([, path]) => path ?? '')

test('the workflow bundle is at most 2 MB', () => {
  expect(Buffer.byteLength(code)).toBeLessThanOrEqual(2_000_000)
})

test('the workflow bundle contains only domain/, workflows/ and the SDK', () => {
  const strangers = modules().filter(
    (path) =>
      // webpack writes a path like `?1a2b` for a module that it left out.
      !/^\?|^\.\/(?:domain|workflows)\/|@temporalio|^__temporal|node_modules\/(?:long|protobufjs|ms|nexus-rpc)/.test(
        path,
      ),
  )
  expect(modules().length).toBeGreaterThan(10)
  expect(strangers).toEqual([])
})

test('the workflow bundle contains no driver and no built-in module of Node', () => {
  for (const driver of ['viem', 'drizzle-orm', 'postgres', 'ioredis', 'amqplib', 'pino', 'zod']) {
    expect(modules().filter((path) => path.includes(`node_modules/${driver}/`))).toEqual([])
  }
  const builtins = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]))
  const required = [...code.matchAll(/require\("([^"./][^"]*)"\)/g)].map(([, name]) => name ?? '')
  expect(required.filter((name) => builtins.has(name) && !/^__temporal/.test(name))).toEqual([])
})

test('hashOfSources returns another hash after any change, move or new file in the sources', () => {
  const folder = mkdtempSync(join(tmpdir(), 'coldsweep-bundle-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'rooms/inner'), { recursive: true })
  const url = pathToFileURL(`${folder}/`)
  const seen = new Set<string>()
  const changes = [
    () => writeFileSync(join(folder, 'root.ts'), 'a'),
    () => writeFileSync(join(folder, 'rooms/inner/rule.ts'), 'a'),
    () => writeFileSync(join(folder, 'rooms/inner/rule.ts'), 'b'),
    () => renameSync(join(folder, 'rooms/inner/rule.ts'), join(folder, 'rooms/rule.ts')),
    () => writeFileSync(join(folder, 'rooms/rule.ts'), ''),
  ]
  for (const change of changes) {
    change()
    seen.add(hashOfSources([url]))
  }
  expect(seen.size).toBe(changes.length)
  expect(hashOfSources([url])).toBe(hashOfSources([url]))
})
