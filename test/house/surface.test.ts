import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { root, runTool } from './run-tool.ts'
import { readCli } from './surface/cli.ts'
import { type Compiler, openCompiler } from './surface/compiler.ts'
import { readConfigSchema, readEnvironment } from './surface/config.ts'
import { readDatabase } from './surface/database.ts'
import { readEvents, readQueues } from './surface/messages.ts'
import { readMetrics } from './surface/metrics.ts'
import { readHttp } from './surface/processes.ts'
import { processEnvironment } from './surface/sources.ts'
import { readActivities, readWorkflows } from './surface/temporal.ts'
import { readExitCodes, readFailures, readReasons, readStates } from './surface/vocabulary.ts'

const folder = join(root, 'test/house/surface/snapshot')
const updates = processEnvironment()['UPDATE_SURFACE'] === '1'
const howTo =
  'to accept the change, with the TEST_… variables of devstack/stack.ts: UPDATE_SURFACE=1 npx vitest run test/house/surface.test.ts'

let compiler: Compiler
beforeAll(() => {
  compiler = openCompiler()
})
afterAll(() => {
  compiler.close()
})

/**
 * Maps each snapshot file to a part of the public surface: the names that users, operators and
 * running workflows rely on, without help texts and descriptions.
 */
const kinds: Readonly<Record<string, () => unknown>> = {
  'activities.json': () => readActivities(compiler),
  'cli-help.txt': () => readCli(),
  'config-schema.json': () => readConfigSchema(),
  'database.json': () => readDatabase(),
  'env.json': () => readEnvironment(),
  'events.json': () => readEvents(compiler),
  'exit-codes.json': () => readExitCodes(compiler),
  'failures.json': () => readFailures(compiler),
  'http.json': () => readHttp(),
  'metrics.json': () => readMetrics(compiler),
  'queues.json': () => readQueues(),
  'reasons.json': () => readReasons(compiler),
  'states.json': () => readStates(compiler),
  'workflows.json': () => readWorkflows(compiler),
}

test.each(Object.entries(kinds))('%s equals the surface of this checkout', async (name, read) => {
  const file = join(folder, name)
  const isText = name.endsWith('.txt')
  const value = await read()
  const now = isText ? value : (JSON.parse(JSON.stringify(value)) as unknown)
  if (updates) {
    writeFileSync(file, isText ? String(now) : asJson(now))
    return
  }
  expect(existsSync(file), `${name} is missing; ${howTo}`).toBe(true)
  const text = readFileSync(file, 'utf8')
  expect(now, `${name} changed; ${howTo}`).toStrictEqual(isText ? text : JSON.parse(text))
})

test('the snapshot folder contains one file for each kind and no other file', () => {
  expect(readdirSync(folder).sort()).toEqual(Object.keys(kinds).sort())
})

/** Writes a value as JSON with sorted keys in Biome's format. */
function asJson(value: unknown): string {
  const sorted = (_key: string, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner
  const input = JSON.stringify(value, sorted, 2)
  const { status, stdout, stderr } = runTool('biome', ['format', '--stdin-file-path=a.json'], {
    input,
  })
  if (status !== 0) throw new Error(stderr)
  return stdout
}
