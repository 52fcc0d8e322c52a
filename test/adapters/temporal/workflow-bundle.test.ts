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

/** Modules that webpack put in, by the path that heads each. */
const modules = () => [...code.matchAll(/^\/\*\*\*\/ "(.+?)"$/gm)].map(([, path]) => path ?? '')

test('the bundle is at most 2 MB', () => {
  expect(Buffer.byteLength(code)).toBeLessThanOrEqual(2_000_000)
})

test('the bundle contains only domain/, workflows/ and the SDK', () => {
  const strangers = modules().filter(
    (path) =>
      // `?1a2b` is a module left out.
      !/^\?|^\.\/(?:domain|workflows)\/|@temporalio|^__temporal|node_modules\/(?:long|protobufjs|ms|nexus-rpc)/.test(
        path,
      ),
  )
  expect(modules().length).toBeGreaterThan(10)
  expect(strangers).toEqual([])
})

test('no driver and no built-in of Node is in the bundle', () => {
  for (const driver of ['viem', 'drizzle-orm', 'postgres', 'ioredis', 'amqplib', 'pino', 'zod']) {
    expect(modules().filter((path) => path.includes(`node_modules/${driver}/`))).toEqual([])
  }
  const builtins = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]))
  const required = [...code.matchAll(/require\("([^"./][^"]*)"\)/g)].map(([, name]) => name ?? '')
  expect(required.filter((name) => builtins.has(name) && !/^__temporal/.test(name))).toEqual([])
})

test('a change of any source file changes the bundle', () => {
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
